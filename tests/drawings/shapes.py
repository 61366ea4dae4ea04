"""Drawings that begin, end, connect, lie in lanes, or are written in ways that only a person understands."""

# A line of XML is as long as a tool writes it.
# ruff: noqa: E501

from __future__ import annotations

from tests.drawings.drawing import drawn
from tests.drawings.tools import (
    ACTIVITI,
    ARIS,
    BIZAGI,
    BPMN_IO,
    CAMUNDA_7,
    CAMUNDA_8,
    DRAW_IO,
    ECLIPSE,
    FLOWABLE,
    JBPM,
    OLD,
    SIGNAVIO,
    VISIO,
    YAOQIANG,
)  # fmt: skip

_SMALL = """
        lane Petugas = s a e
        start s "Mulai"
        user a "Terima café résumé"
        end e "Selesai"
        s > a > e
"""
_LINE = """
        start s
        task a "Terima"
        task b "Periksa"
        end e
        s > a > b > e
"""

DRAWINGS = [
    drawn(
        "tanpa awal",
        BPMN_IO,
        """
        lane Petugas = a b e
        task a "Terima"
        task b "Periksa"
        end e
        a > b > e
    """,
    ),
    drawn(
        "tanpa akhir",
        VISIO,
        """
        lane Petugas = s a b
        start s
        task a "Terima"
        task b "Periksa"
        s > a > b
    """,
    ),
    drawn(
        "tanpa awal dan akhir",
        DRAW_IO,
        """
        lane Petugas = a b
        task a "Terima"
        task b "Periksa"
        a > b
    """,
    ),
    drawn(
        "langkah tanpa satu aliran pun",
        DRAW_IO,
        """
        lane Petugas = a b c
        task a "Terima"
        task b "Periksa"
        task c "Serahkan"
    """,
    ),
    drawn(
        "dua awal menuju langkah yang sama",
        SIGNAVIO,
        """
        lane Petugas = s t a e
        start:message s "Lewat surat"
        start t "Lewat loket"
        user a "Catat"
        end e
        s > a
        t > a
        a > e
    """,
    ),
    drawn(
        "dua awal menuju langkah yang berbeda",
        BIZAGI,
        """
        lane Petugas = s t a b c e
        start s "Lewat surat"
        start t "Lewat loket"
        user a "Buka surat"
        user b "Layani tamu"
        user c "Catat"
        end e
        s > a > c
        t > b > c
        c > e
    """,
    ),
    drawn(
        "awal yang tidak menuju ke mana pun",
        ARIS,
        """
        lane Petugas = s t a e
        start s
        start t "Lama"
        user a "Catat"
        end e
        s > a > e
    """,
    ),
    drawn(
        "dua akhir bernama",
        CAMUNDA_7,
        """
        lane Petugas = s a g e f
        start s
        user a "Nilai"
        xor g "Lulus?"
        end e "Lulus"
        end f "Gagal"
        s > a > g
        g > e "Ya"
        g > f "Tidak"
    """,
    ),
    drawn(
        "langkah lepas",
        BPMN_IO,
        """
        lane Petugas = s a x e
        start s
        user a "Kerjakan"
        user x "Foto kopi"
        end e
        s > a > e
    """,
    ),
    drawn(
        "jalan masuk kedua tanpa awal",
        SIGNAVIO,
        """
        lane Petugas = s a b x e
        start s
        user a "Terima"
        user b "Olah"
        user x "Ambil dari arsip"
        end e
        s > a > b > e
        x > b
    """,
    ),
    drawn(
        "berputar tanpa akhir",
        JBPM,
        """
        lane Petugas = s a b
        start s
        user a "Pantau"
        user b "Catat"
        s > a > b > a
    """,
    ),
    drawn(
        "gateway di ujung",
        ECLIPSE,
        """
        lane Petugas = s a g
        start s
        user a "Kerjakan"
        xor g
        s > a > g
    """,
    ),
    drawn(
        "aliran kembali ke awal",
        BPMN_IO,
        """
        lane Petugas = s a b g e
        start s
        user a "Isi"
        user b "Cek"
        xor g "Benar?"
        end e
        s > a > b > g
        g > s "Ulang"
        g > e "Ya"
    """,
    ),
    drawn(
        "aliran keluar dari akhir",
        DRAW_IO,
        """
        lane Petugas = s a e b f
        start s
        user a "Tahap satu"
        end e "Tahap satu selesai"
        user b "Tahap dua"
        end f
        s > a > e > b > f
    """,
    ),
    drawn(
        "aliran ke tepi langkah",
        ARIS,
        """
        lane Petugas = s a b x c e
        start s
        user a "Satu"
        user b "Dua"
        boundary:timer=P1D@b x "Sehari"
        user c "Ingatkan"
        end e
        s > a > x
        b > e
        x > c > e
    """,
    ),
    drawn(
        "aliran menembus sub-proses",
        SIGNAVIO,
        """
        lane Petugas = s p c e
        start s
        sub p "Pemeriksaan"
        user a "Periksa" in=p
        user c "Simpulkan"
        end e
        s > a
        a > c
        c > e
    """,
    ),
    drawn(
        "panah yang tidak menempel",
        VISIO,
        """
        lane Petugas = s a b e
        start s
        task a "Terima"
        task b "Periksa"
        end e
        s > a
        a > hilang
        b > e
    """,
    ),
    drawn(
        "panah tidak menempel, tetapi digambar sampai",
        BPMN_IO,
        """
        lane Petugas = s a b e
        start s
        task a "Terima"
        task b "Periksa"
        end e
        s > a > b > e
    """,
        change=lambda xml: xml.replace('id="f_a_b" sourceRef="a" targetRef="b"', 'id="f_a_b" sourceRef="a"').replace(
            "<bpmn:incoming>f_a_b</bpmn:incoming>", ""
        ),
    ),
    drawn("tanpa lane", CAMUNDA_7, _LINE),
    drawn("tanpa lane, dengan pool", BPMN_IO, "pool kantor Kantor Imigrasi" + _LINE),
    drawn(
        "tanpa lane, dengan kelompok",
        FLOWABLE,
        """
        start s
        user a "Terima" flowable:candidateGroups=loket
        user b "Setujui" flowable:candidateGroups=kepala
        user c "Serahkan" flowable:candidateGroups=loket
        end e
        s > a > b > c > e
    """,
    ),
    drawn(
        "tanpa lane, dengan pelaksana Camunda 8",
        CAMUNDA_8,
        """
        start s
        user a "Terima" { <bpmn:extensionElements><zeebe:assignmentDefinition candidateGroups="loket"/></bpmn:extensionElements> }
        user b "Setujui" { <bpmn:extensionElements><zeebe:assignmentDefinition assignee="=kepala"/></bpmn:extensionElements> }
        end e
        s > a > b > e
    """,
    ),
    drawn(
        "lane tanpa nama",
        BIZAGI,
        """
        lane - = s a
        lane Kepala = b e
    """
        + _LINE,
    ),
    drawn(
        "dua lane senama, satu bertitik koma",
        YAOQIANG,
        """
        lane Petugas = s a
        lane Petugas = b
        lane Kepala; Wakil = e
    """
        + _LINE,
    ),
    drawn(
        "langkah di luar lane",
        ACTIVITI,
        """
        lane Petugas = s a
        lane Kepala = e
    """
        + _LINE,
    ),
    drawn(
        "langkah digambar dalam lane tetapi tidak tercatat",
        BPMN_IO,
        """
        lane Petugas = s a b e
    """
        + _LINE,
        change=lambda xml: xml.replace("<bpmn:flowNodeRef>b</bpmn:flowNodeRef>", ""),
    ),
    drawn(
        "langkah dalam dua lane",
        ARIS,
        """
        lane Petugas = s a b
        lane Kepala = b e
    """
        + _LINE,
    ),
    drawn(
        "lane menyebut yang tidak ada",
        SIGNAVIO,
        """
        lane Petugas = s a b e hantu
    """
        + _LINE,
    ),
    drawn(
        "lane bersarang",
        ARIS,
        _LINE,
        change=lambda xml: xml.replace(
            'processType="None">',
            'processType="None"><semantic:laneSet id="ls"><semantic:lane id="l0" name="Seksi Pengaduan">'
            "<semantic:flowNodeRef>s</semantic:flowNodeRef><semantic:flowNodeRef>a</semantic:flowNodeRef><semantic:flowNodeRef>b</semantic:flowNodeRef>"
            '<semantic:childLaneSet id="cls"><semantic:lane id="l1" name="Petugas"><semantic:flowNodeRef>s</semantic:flowNodeRef><semantic:flowNodeRef>a</semantic:flowNodeRef></semantic:lane>'
            '<semantic:lane id="l2" name="Kepala Seksi"><semantic:flowNodeRef>b</semantic:flowNodeRef><semantic:flowNodeRef>e</semantic:flowNodeRef></semantic:lane></semantic:childLaneSet></semantic:lane></semantic:laneSet>',
            1,
        ),
    ),
    drawn(
        "lane di dalam sub-proses",
        YAOQIANG,
        """
        start s
        sub p "Bagian" { <laneSet id="dalam"><lane id="d1" name="Penguji"><flowNodeRef>a</flowNodeRef></lane></laneSet> }
        start s2 in=p
        user a "Uji" in=p
        end e2 in=p
        s2 > a > e2
        end e
        s > p > e
    """,
    ),
    drawn(
        "kelompok yang tidak dapat dibaca",
        CAMUNDA_7,
        """
        lane Petugas = s a e
        start s
        user a "Kerjakan" "camunda:candidateGroups=${a.b()}" camunda:assignee=budi
        end e
        s > a > e
    """,
    ),
    drawn(
        "formulir yang tidak ada",
        CAMUNDA_7,
        """
        lane Petugas = s a b e
        start s
        user a "Isi" camunda:formRef=tidak-ada
        user b "Cek" camunda:formKey=embedded:app:forms/cek.html
        end e
        s > a > b > e
    """,
    ),
    drawn(
        "formulir pada awal",
        CAMUNDA_7,
        """
        lane Petugas = s a e
        start s camunda:formKey=camunda-forms:deployment:masuk.form
        user a "Terima"
        end e
        s > a > e
    """,
    ),
    drawn(
        "dua pool dengan pesan",
        BPMN_IO,
        """
        pool warga Pemohon
        start s1
        task a1 "Ajukan permohonan"
        end e1
        s1 > a1 > e1
        pool kantor Kantor
        start s2
        task a2 "Terima permohonan"
        task b2 "Putuskan"
        end e2
        s2 > a2 > b2 > e2
        message a1 > a2 "Permohonan"
    """,
    ),
    drawn(
        "pool kosong dan pool kerja",
        SIGNAVIO,
        """
        pool kantor Kantor
        start s
        task a "Terima"
        end e
        s > a > e
        pool warga Pemohon
        message warga > a "Berkas"
    """,
    ),
    drawn(
        "aliran menyeberangi pool",
        DRAW_IO,
        """
        pool petugas Petugas
        start s
        task a "Terima"
        pool kepala Kepala
        task b "Setujui"
        end e
        s > a > b > e
    """,
    ),
    drawn(
        "tiga pool yang sebenarnya lane",
        VISIO,
        """
        pool p1 Pemohon
        start s
        task a "Ajukan"
        pool p2 Petugas
        task b "Periksa"
        pool p3 Kepala
        task c "Tanda tangan"
        end e
        s > a > b > c > e
    """,
    ),
    drawn(
        "dua proses yang dapat dijalankan",
        CAMUNDA_7,
        """
        pool satu Satu
        start s1
        user a1 "Kerja satu"
        end e1
        s1 > a1 > e1
        pool dua Dua
        start s2
        user a2 "Kerja dua"
        end e2
        s2 > a2 > e2
    """,
    ),
    drawn(
        "id yang dipakai mesin",
        BPMN_IO,
        """
        lane Petugas = Start a End
        start Start
        user a "Kerjakan"
        end End
        Start > a > End
    """,
    ),
    drawn(
        "id angka",
        VISIO,
        """
        lane Petugas = 1 2 3
        start 1
        task 2 "Kerjakan"
        end 3
        1 > 2 > 3
    """,
    ),
    drawn(
        "id dengan kurung kurawal dan spasi",
        BIZAGI,
        """
        lane Petugas = s a e
        start s
        user a "Kerjakan"
        end e
        s > a > e
    """,
        change=lambda xml: xml.replace('"a"', '"{7F-1} a"').replace(">a<", ">{7F-1} a<"),
    ),
    drawn(
        "dua simpul dengan id yang sama",
        ARIS,
        """
        lane Petugas = s a b e
        start s
        user a "Satu"
        user b "Dua"
        end e
        s > a > b > e
    """,
        change=lambda xml: xml.replace('<semantic:userTask id="b"', '<semantic:userTask id="a"'),
    ),
    drawn(
        "dua simpul dengan id yang sama, aliran tercatat",
        SIGNAVIO,
        """
        lane Petugas = s a b e
        start s
        user a "Satu"
        user b "Dua"
        end e
        s > a > b > e
    """,
        change=lambda xml: (
            xml.replace('userTask id="b"', 'userTask id="a"')
            .replace('targetRef="b"', 'targetRef="a"')
            .replace('sourceRef="b"', 'sourceRef="a"')
        ),
    ),
    drawn(
        "simpul tanpa id",
        DRAW_IO,
        """
        lane Petugas = s a e
        start s
        user a "Kerjakan"
        end e
        s > a > e
    """,
        change=lambda xml: (
            xml.replace('<userTask id="a"', "<userTask")
            .replace('targetRef="a"', 'targetRef=""')
            .replace('sourceRef="a"', 'sourceRef=""')
        ),
    ),
    drawn(
        "rujukan dengan awalan",
        YAOQIANG,
        _SMALL,
        change=lambda xml: (
            xml.replace('sourceRef="', 'sourceRef="tns:')
            .replace('targetRef="', 'targetRef="tns:')
            .replace('bpmnElement="', 'bpmnElement="tns:')
        ),
    ),
    drawn("ruang nama lama", OLD, _SMALL),
    drawn(
        "tanpa ruang nama",
        DRAW_IO,
        _SMALL,
        change=lambda xml: xml.replace('xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" ', ""),
    ),
    drawn("windows-1252 tanpa deklarasi", BIZAGI, _SMALL, encoding="cp1252"),
    drawn("iso-8859-1", BPMN_IO, _SMALL, encoding="latin-1", change=lambda xml: xml.replace("UTF-8", "ISO-8859-1")),
    drawn("utf-16", BIZAGI, _SMALL, encoding="utf-16", change=lambda xml: xml.replace("UTF-8", "UTF-16")),
    drawn("utf-16 hanya di deklarasi", ECLIPSE, _SMALL, change=lambda xml: xml.replace("UTF-8", "utf-16")),
    drawn("utf-16 tanpa tanda urutan", VISIO, _SMALL, encoding="utf-16-be"),
    drawn(
        "tanda urutan bita dan baris kosong di depan",
        BPMN_IO,
        _SMALL,
        encoding="utf-8-sig",
        change=lambda xml: "\n\n" + xml,
    ),
    drawn(
        "entitas HTML dan tanda kendali",
        VISIO,
        _SMALL,
        change=lambda xml: xml.replace("Terima café", "Terima&nbsp;\x0bcafé"),
    ),
    drawn(
        "instruksi XML dan pembungkus",
        DRAW_IO,
        _SMALL,
        change=lambda xml: xml.replace("<definitions", '<?xml-stylesheet href="x.xsl"?><ekspor><definitions').replace(
            "</definitions>", "</definitions></ekspor>"
        ),
    ),
    drawn(
        "tulisan di luar elemen",
        BPMN_IO,
        _SMALL,
        change=lambda xml: xml.replace("<bpmn:startEvent", "catatan bebas <bpmn:startEvent"),
    ),
    drawn(
        "objek data dan penyimpanan",
        SIGNAVIO,
        """
        lane Petugas = s a e
        start s
        user a "Simpan berkas"
        end e
        data d "Berkas" dataObjectRef=do
        store g "Arsip"
        s > a > e
    """,
        change=lambda xml: xml.replace("</process>", '<dataObject id="do"/></process>').replace(
            'name="Simpan berkas" >',
            'name="Simpan berkas"><ioSpecification><dataInput id="di"/><inputSet/><outputSet/></ioSpecification><dataInputAssociation><sourceRef>d</sourceRef><targetRef>di</targetRef></dataInputAssociation>',
        ),
    ),
    drawn(
        "hanya sebagian yang digambar",
        BPMN_IO,
        """
        lane Petugas = s a b e
    """
        + _LINE,
        change=lambda xml: xml.replace('bpmnElement="b"', 'bpmnElement="lain"'),
    ),
    drawn(
        "properti Camunda 8 dan pendengar",
        CAMUNDA_8,
        """
        lane Petugas = s a e
        start s
        user a "Kerjakan" { <bpmn:extensionElements><zeebe:properties><zeebe:property name="waktu" value="2 hari"/></zeebe:properties><zeebe:ioMapping><zeebe:input source="=x" target="y"/></zeebe:ioMapping></bpmn:extensionElements> }
        end e
        s > a > e
    """,
    ),
    drawn(
        "pendengar dan skrip Camunda 7",
        CAMUNDA_7,
        """
        lane Petugas = s a e
        start s
        user a "Kerjakan" camunda:dueDate=${now()} { <bpmn:extensionElements><camunda:taskListener event="create" class="x.Y"/><camunda:inputOutput><camunda:inputParameter name="a">1</camunda:inputParameter></camunda:inputOutput></bpmn:extensionElements> }
        end e
        s > a > e
    """,
    ),
    drawn(
        "properti ganda dan tanpa nama",
        CAMUNDA_7,
        """
        lane Petugas = s a e
        start s
        user a "Kerjakan" { <bpmn:extensionElements><camunda:properties><camunda:property name="waktu" value="-"/><camunda:property name="waktu" value="2 hari"/><camunda:property value="x"/></camunda:properties></bpmn:extensionElements> }
        end e
        s > a > e
    """,
    ),
    drawn(
        "nama yang terlalu panjang",
        DRAW_IO,
        """
        lane Petugas = s a e
        start s
        user a "Kerjakan"
        end e
        s > a > e
    """,
        change=lambda xml: xml.replace('"Kerjakan"', f'"{"Kerjakan dengan teliti " * 60}"'),
    ),
    drawn(
        "gambar SOP yang biasa",
        BIZAGI,
        """
        lane Pemohon = s a
        lane Petugas Loket = b g c h
        lane Kepala Seksi = d k
        lane Kepala Kantor = f
        start s "Mulai"
        task a "Mengajukan permohonan"
        task b "Memeriksa kelengkapan"
        xor g "Lengkap?"
        task c "Mengembalikan berkas"
        task d "Meneliti dan membubuhkan paraf"
        xor k "Setuju?"
        task f "Menandatangani"
        task h "Menyerahkan hasil"
        end e "Selesai"
        s > a > b > g
        g > d "Ya"
        g > c "Tidak"
        c > a
        d > k
        k > f "Ya"
        k > b "Tidak"
        f > h > e
    """,
    ),
    drawn(
        "gambar SOP yang ditulis orang dengan bebas",
        DRAW_IO,
        """
        pool pemohon Pemohon
        task a "Datang ke loket"
        pool loket Petugas; Loket
        task b "Cek berkas 15 menit"
        complex g
        pool kabid Kepala Bidang
        task c "Disposisi"
        await w
        catch:message m "Balasan pusat"
        catch:timer t "30 hari"
        task d "Terbitkan izin"
        task f "Laporkan ke pusat"
        a > b > g
        g > c "ok"
        g > a "kurang"
        c > w
        w > m > d
        w > t > f
    """,
    ),
]
