"""Drawings whose events and timers wait for what nobody sends, or for a time that is not one."""

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
    SIGNAVIO,
    VISIO,
    YAOQIANG,
)  # fmt: skip

_AROUND = """
        lane Petugas = s a x b e
        start s
        user a "Siapkan"
        {}
        user b "Teruskan"
        end e
        s > a > x > b > e
"""
_ON = """
        lane Petugas = s a x c e
        start s
        user a "Kerjakan laporan 5 hari"
        {}
        user c "Tindak lanjut"
        end e
        s > a > e
        x > c > e
"""

DRAWINGS = [
    drawn(
        "awal dengan pesan",
        BPMN_IO,
        """
        lane Petugas = s a e
        start:message s "Surat masuk"
        user a "Catat surat"
        end e
        s > a > e
    """,
    ),
    drawn(
        "awal dengan waktu",
        CAMUNDA_7,
        """
        lane Petugas = s a e
        start:cycle=R/P1W s "Setiap Senin"
        user a "Susun laporan"
        end e
        s > a > e
    """,
    ),
    drawn(
        "akhir dengan pesan",
        SIGNAVIO,
        """
        lane Petugas = s a e
        start s
        user a "Putuskan"
        end:message e "Pemberitahuan terkirim"
        s > a > e
    """,
    ),
    drawn(
        "akhir dengan kesalahan",
        ECLIPSE,
        """
        lane Petugas = s a e
        start s
        user a "Putuskan"
        end:error e "Gagal"
        s > a > e
    """,
    ),
    drawn(
        "akhir yang menghentikan semuanya",
        YAOQIANG,
        """
        lane Petugas = s a e
        start s
        user a "Putuskan"
        end:terminate e "Berhenti"
        s > a > e
    """,
    ),
    drawn("menunggu pesan", BIZAGI, _AROUND.format('catch:message x "Berkas diterima"')),
    drawn("menunggu sinyal", JBPM, _AROUND.format('catch:signal x "Rapat selesai"')),
    drawn("menunggu syarat", ARIS, _AROUND.format('catch:conditional x "Kuota tersedia"')),
    drawn("mengirim pesan di tengah", SIGNAVIO, _AROUND.format('throw:message x "Kirim tanda terima"')),
    drawn("tonggak tanpa jenis", BPMN_IO, _AROUND.format('throw x "Berkas lengkap"')),
    drawn("eskalasi di tengah", CAMUNDA_7, _AROUND.format('throw:escalation x "Laporkan ke kepala"')),
    drawn("jeda yang benar", BPMN_IO, _AROUND.format('catch:timer=P2D x "Dua hari"')),
    drawn("jeda tanpa waktu", BIZAGI, _AROUND.format('catch:timer x "Tunggu 3 hari kerja"')),
    drawn("jeda tanpa waktu dan tanpa nama", VISIO, _AROUND.format("catch:timer x")),
    drawn("jeda sampai tanggal", CAMUNDA_7, _AROUND.format('catch:date=2026-12-31T00:00:00Z x "Akhir tahun"')),
    drawn("jeda dengan ungkapan", FLOWABLE, _AROUND.format('catch:timer=${lama} x "Selama 2 jam"')),
    drawn(
        "jeda FEEL",
        CAMUNDA_8,
        _AROUND.format('catch:timer==duration("P4D") x "Empat"'),
        change=lambda xml: xml.replace("duration(&quot;P4D&quot;)", '"P4D"').replace('duration("P4D")', '"P4D"'),
    ),
    drawn("jeda beberapa minggu", SIGNAVIO, _AROUND.format('catch:timer=P3W x "Tiga minggu"')),
    drawn(
        "jeda dengan kata-kata",
        DRAW_IO,
        _AROUND.format('catch:timer x "menunggu 14 hari"'),
        change=lambda xml: xml.replace(
            "<timerEventDefinition>", "<timerEventDefinition><timeDuration>14 hari kerja</timeDuration>"
        ),
    ),
    drawn(
        "peristiwa dengan dua jenis",
        ECLIPSE,
        _AROUND.format('catch:timer=P1D x "Pesan atau sehari" { <bpmn:messageEventDefinition/> }'),
    ),
    drawn("batas waktu 24 jam", CAMUNDA_7, _ON.format('boundary:timer=PT24H@a x "24 jam" cancelActivity=false')),
    drawn("batas waktu tanpa waktu", BPMN_IO, _ON.format("boundary:timer@a x cancelActivity=false")),
    drawn("batas waktu gabungan", ACTIVITI, _ON.format('boundary:timer=P1DT4H@a x "Sehari dan empat jam"')),
    drawn("batas waktu berulang", CAMUNDA_7, _ON.format('boundary:cycle=R3/PT10H@a x "Ingatkan" cancelActivity=false')),
    drawn("batas waktu bulan", JBPM, _ON.format('boundary:timer=P1M@a x "Sebulan" cancelActivity=true')),
    drawn("batas waktu detik", BIZAGI, _ON.format('boundary:timer=PT90S@a x "Cepat"')),
    drawn("kesalahan pada langkah", CAMUNDA_7, _ON.format('boundary:error@a x "Data salah"')),
    drawn(
        "pesan pada langkah", SIGNAVIO, _ON.format('boundary:message@a x "Pemohon menarik diri" cancelActivity=false')
    ),
    drawn(
        "pesan pada langkah tanpa kelanjutan",
        BPMN_IO,
        """
        lane Petugas = s a e
        start s
        user a "Kerjakan"
        boundary:message@a x "Ditanya"
        end e
        s > a > e
    """,
    ),
    drawn(
        "batas waktu tanpa kelanjutan",
        BPMN_IO,
        """
        lane Petugas = s a e
        start s
        user a "Kerjakan"
        boundary:timer=P2D@a x "Dua hari" cancelActivity=false
        end e
        s > a > e
    """,
    ),
    drawn(
        "dua batas waktu yang sama",
        YAOQIANG,
        """
        lane Petugas = s a e
        start s
        user a "Kerjakan"
        boundary:timer@a x
        boundary:timer@a y
        end e
        s > a > e
    """,
    ),
    drawn(
        "jam digambar di tepi langkah",
        VISIO,
        """
        lane Petugas = s a x e
        start s
        user a "Jawab surat"
        catch:timer=P3D x "3 hari"
        end e
        s > a > e
    """,
        change=lambda xml: xml.replace(
            "</definitions>",
            '<bpmndi:BPMNDiagram><bpmndi:BPMNPlane bpmnElement="proses">'
            '<bpmndi:BPMNShape bpmnElement="lane_1"><dc:Bounds x="0" y="0" width="900" height="250"/></bpmndi:BPMNShape>'
            '<bpmndi:BPMNShape bpmnElement="s"><dc:Bounds x="100" y="112" width="36" height="36"/></bpmndi:BPMNShape>'
            '<bpmndi:BPMNShape bpmnElement="a"><dc:Bounds x="200" y="90" width="120" height="80"/></bpmndi:BPMNShape>'
            '<bpmndi:BPMNShape bpmnElement="x"><dc:Bounds x="240" y="152" width="36" height="36"/></bpmndi:BPMNShape>'
            '<bpmndi:BPMNShape bpmnElement="e"><dc:Bounds x="400" y="112" width="36" height="36"/></bpmndi:BPMNShape>'
            "</bpmndi:BPMNPlane></bpmndi:BPMNDiagram></definitions>",
        ),
    ),
    drawn(
        "peristiwa menempel pada yang tidak ada",
        ARIS,
        """
        lane Petugas = s a e
        start s
        user a "Kerjakan"
        boundary:timer=P1D@hilang x "Sehari"
        end e
        s > a > e
    """,
    ),
    drawn(
        "peristiwa menempel pada gateway",
        BPMN_IO,
        """
        lane Petugas = s a g b c e
        start s
        user a "Kerjakan"
        xor g "Baik?"
        boundary:timer=P1D@g x "Sehari"
        user b "Lanjut"
        user c "Ingatkan"
        end e
        s > a > g
        g > b "Ya"
        g > e "Tidak"
        b > e
        x > c > e
    """,
    ),
    drawn(
        "penghubung halaman",
        SIGNAVIO,
        """
        lane Petugas = s a x y b e
        start s
        user a "Halaman satu"
        throw:link=A x "A"
        catch:link=A y "A"
        user b "Halaman dua"
        end e
        s > a > x
        y > b > e
    """,
    ),
    drawn(
        "penghubung halaman tanpa pasangan",
        ARIS,
        """
        lane Petugas = s a x
        start s
        user a "Halaman satu"
        throw:link=B x "B"
        s > a > x
    """,
    ),
    drawn("pembatalan pekerjaan di tengah", BPMN_IO, _AROUND.format('throw:compensate x "Batalkan"')),
    drawn("menunggu tanpa jenis", ACTIVITI, _AROUND.format('catch x "Tunggu"')),
    drawn(
        "batas waktu pada sub-proses",
        BPMN_IO,
        """
        lane Petugas = s p x c e
        start s
        sub p "Pemeriksaan"
        start s2 in=p
        task a "Periksa" in=p
        end e2 in=p
        s2 > a > e2
        boundary:timer=P14D@p x "14 hari"
        task c "Laporkan keterlambatan"
        end e
        s > p > e
        x > c > e
    """,
    ),
]
