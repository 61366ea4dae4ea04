"""The shipped diagram says what the SOP says: every text word for word, every step, lane and timer."""

from __future__ import annotations

import re
import subprocess
import sys
from itertools import pairwise

import pytest

from tests.sop_diagram import BPMN, CAMUNDA, FILE, FORMS, HEADINGS, NODES, ROOT, SOP, TEXTS, Diagram, flat, properties

EXPECTED = dict(flat(SOP))
SETTINGS = {"nomor_perkara": "PB-{tahun}-{urut:05}", "kalender": "kantor", "batas_hukum": "P14D"}
TASKS = [f"langkah_{number}" for number in range(1, 10)]


@pytest.fixture(scope="module")
def diagram() -> Diagram:
    return Diagram.read()


@pytest.mark.parametrize("path", EXPECTED)
def test_every_field_of_the_sop_stands_in_the_diagram_word_for_word(diagram: Diagram, path: str) -> None:
    assert dict(diagram.texts()).get(path) == EXPECTED[path]


def test_the_diagram_adds_only_settings_and_the_wording_of_the_worksheet(diagram: Diagram) -> None:
    added = {path: text for path, text in diagram.texts() if path not in EXPECTED}

    worksheet = SOP["lembar_kerja"]
    wording = [worksheet["langkah_awal"], *worksheet["langkah_utama"], worksheet["langkah_akhir"]]
    assert added == SETTINGS | {f"alur.{number}.langkah": text for number, text in enumerate(wording, 1)}


def test_no_text_of_the_paper_is_missing(diagram: Diagram) -> None:
    lines = {" ".join(line.split()) for line in TEXTS.splitlines()} - HEADINGS - {""}
    here = {" ".join(text.split()) for _, text in diagram.texts()}

    missing = {line for line in lines if line not in here and re.sub(r"^\d+\.\s*", "", line) not in here | {""}}

    assert missing == set()


def test_names_of_process_and_pool_are_the_name_of_the_sop(diagram: Diagram) -> None:
    (pool,) = diagram.all("participant")

    assert diagram.process.get("id") == pool.get("processRef") == "sop_pengaduan_kategori_berat"
    assert diagram.process.get("name") == pool.get("name") == SOP["nama_sop"]
    assert diagram.process.get("isExecutable") == "true"


def test_the_nine_steps_follow_one_another_without_gateway(diagram: Diagram) -> None:
    flows = {flow.get("sourceRef"): flow.get("targetRef") for flow in diagram.all("sequenceFlow")}

    assert [task.get("id") for task in diagram.all("userTask")] == TASKS
    assert all(flows[source] == target for source, target in pairwise(["mulai", *TASKS, "selesai"]))
    kinds = {each.tag for each in diagram.process if each.get("id") and not each.tag.endswith(("laneSet", "Flow"))}
    assert kinds == NODES


def test_each_duration_warns_without_taking_the_step_away(diagram: Diagram) -> None:
    flows = {flow.get("sourceRef"): flow.get("targetRef") for flow in diagram.all("sequenceFlow")}

    for timer in diagram.all("boundaryEvent"):
        end = diagram.by_id[flows[timer.get("id")]]
        assert timer.get("cancelActivity") == "false"
        assert end.tag == f"{BPMN}endEvent"
        assert end.find(f"{BPMN}escalationEventDefinition").get("escalationRef") in diagram.by_id


def test_step_five_reminds_before_its_deadline(diagram: Diagram) -> None:
    assert [timer.get("id") for timer in diagram.timers_on("langkah_5")] == ["pengingat_5", "batas_5"]


def test_every_node_stands_in_one_lane(diagram: Diagram) -> None:
    nodes = [each.get("id") for each in diagram.process if each.tag in NODES]
    placed = [ref.text for ref in diagram.root.iter(f"{BPMN}flowNodeRef")]

    assert sorted(placed) == sorted(nodes)


def test_a_petugas_may_act_for_the_pemohon_and_for_nobody_else(diagram: Diagram) -> None:
    represented = {lane.get("name"): properties(lane) for lane in diagram.all("lane")}

    assert {name: each for name, each in represented.items() if each} == {"Pemohon": {"diwakili": "Petugas"}}


def test_only_the_section_chosen_in_step_four_gets_steps_five_and_six(diagram: Diagram) -> None:
    groups = {task.get("id"): task.get(f"{CAMUNDA}candidateGroups") for task in diagram.all("userTask")}

    assert {task: group for task, group in groups.items() if group} == {
        "langkah_5": "${seksi_terkait}",
        "langkah_6": "${seksi_terkait}",
    }


def test_every_step_has_a_form_of_its_own_and_every_form_a_step(diagram: Diagram) -> None:
    linked = [task.get(f"{CAMUNDA}formRef") for task in diagram.all("userTask")]

    assert sorted(linked) == sorted(file.stem for file in FORMS.glob("pengaduan-*.form"))
    assert len(set(linked)) == 9


def test_stock_spiffworkflow_parses_the_diagram() -> None:
    # In a process of its own: the engine mends the library for the whole process.
    program = f"""
from SpiffWorkflow.camunda.parser.CamundaParser import CamundaParser
parser = CamundaParser()
parser.add_bpmn_file({str(FILE)!r})
spec = parser.get_spec("sop_pengaduan_kategori_berat")
print(*sorted(each.bpmn_id for each in spec.task_specs.values() if type(each).__name__ == "UserTask"))
"""
    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)

    assert run.returncode == 0, run.stderr
    assert run.stdout.split() == TASKS
