"""Drawings whose steps, loops, sub-processes and calls are of kinds that no machine does here."""

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

DRAWINGS = [
    drawn(
        "langkah polos dalam dua lane",
        BPMN_IO,
        """
        lane Petugas = s a
        lane Kepala = b e
        start s
        task a "Terima berkas"
        task b "Setujui berkas"
        end e
        s > a > b > e
    """,
    ),
    drawn(
        "pekerjaan di luar sistem",
        BIZAGI,
        """
        lane Loket = s a e
        start s "Mulai"
        manual a "Stempel dokumen"
        end e "Selesai"
        s > a > e
    """,
    ),
    drawn(
        "mengirim surat",
        SIGNAVIO,
        """
        lane Sekretariat = s a b e
        start s
        user a "Susun surat"
        send b "Kirim surat ke pemohon"
        end e
        s > a > b > e
    """,
    ),
    drawn(
        "menerima jawaban",
        ARIS,
        """
        lane Sekretariat = s a b e
        start s
        send a "Minta keterangan"
        receive b "Terima keterangan"
        end e
        s > a > b > e
    """,
    ),
    drawn(
        "layanan otomatis",
        CAMUNDA_7,
        """
        lane Sistem = s a e
        start s
        service a "Cek NIK" camunda:class=id.go.Cek
        end e
        s > a > e
    """,
    ),
    drawn(
        "layanan luar",
        CAMUNDA_8,
        """
        lane Sistem = s a e
        start s
        service a "Unggah dokumen" { <bpmn:extensionElements><zeebe:taskDefinition type="unggah"/></bpmn:extensionElements> }
        end e
        s > a > e
    """,
    ),
    drawn(
        "skrip",
        CAMUNDA_7,
        """
        lane Sistem = s a e
        start s
        script a "Hitung denda" scriptFormat=groovy { <bpmn:script>denda = hari * 1000</bpmn:script> }
        end e
        s > a > e
    """,
    ),
    drawn(
        "aturan otomatis",
        CAMUNDA_7,
        """
        lane Penilai = s a e
        start s
        rule a "Tentukan golongan" camunda:decisionRef=golongan
        end e
        s > a > e
    """,
    ),
    drawn(
        "semua jenis langkah berturut-turut",
        YAOQIANG,
        """
        lane Petugas = s a b c d e f g h
        start s
        task a "Satu"
        manual b "Dua"
        send c "Tiga"
        receive d "Empat"
        service e "Lima"
        script f "Enam"
        rule g "Tujuh"
        end h
        s > a > b > c > d > e > f > g > h
    """,
    ),
    drawn(
        "langkah tanpa nama",
        BPMN_IO,
        """
        lane Petugas = s a b e
        start s
        user a
        user b { <bpmn:documentation>Periksa kelengkapan berkas</bpmn:documentation> }
        end e
        s > a > b > e
    """,
    ),
    drawn(
        "nama pada catatan tempel",
        DRAW_IO,
        """
        lane Petugas = s a e
        start s
        user a
        end e
        note n "Bubuhkan paraf"
        s > a > e
        raw <!-- catatan di samping langkah -->
    """,
        change=lambda xml: xml.replace("</process>", '<association id="as" sourceRef="a" targetRef="n"/></process>'),
    ),
    drawn(
        "langkah berulang",
        BPMN_IO,
        """
        lane Petugas = s a e
        start s
        user a "Hubungi pemohon" { <bpmn:standardLoopCharacteristics/> }
        end e
        s > a > e
    """,
    ),
    drawn(
        "multi-instance tanpa jumlah",
        CAMUNDA_7,
        """
        lane Anggota = s a e
        start s
        user a "Beri pendapat" { <bpmn:multiInstanceLoopCharacteristics camunda:collection="anggota" camunda:elementVariable="anggota1"/> }
        end e
        s > a > e
    """,
    ),
    drawn(
        "multi-instance dengan jumlah",
        ECLIPSE,
        """
        lane Anggota = s a e
        start s
        task a "Beri pendapat" { <bpmn:multiInstanceLoopCharacteristics isSequential="true"><bpmn:loopCardinality>3</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics> }
        end e
        s > a > e
    """,
    ),
    drawn(
        "sub-proses berkali-kali",
        JBPM,
        """
        lane Anggota = s p e
        start s
        sub p "Periksa semua" { <bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>2</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics> }
        start s2 in=p
        user a "Periksa" in=p
        end e2 in=p
        s2 > a > e2
        end e
        s > p > e
    """,
    ),
    drawn(
        "sub-proses terlipat yang kosong",
        SIGNAVIO,
        """
        lane Petugas = s p e
        start s
        sub p "Verifikasi lapangan"
        end e
        s > p > e
    """,
    ),
    drawn(
        "transaksi",
        BPMN_IO,
        """
        lane Bendahara = s p e
        start s
        transaction p "Pembayaran"
        start s2 in=p
        user a "Terima uang" in=p
        end e2 in=p
        s2 > a > e2
        end e
        s > p > e
    """,
    ),
    drawn(
        "sub-proses tanpa urutan",
        BPMN_IO,
        """
        lane Panitia = s p e
        start s
        adhoc p "Persiapan" cancelRemainingInstances=true
        task a "Siapkan ruang" in=p
        task b "Siapkan konsumsi" in=p
        end e
        s > p > e
    """,
    ),
    drawn(
        "sub-proses yang dimulai peristiwa",
        CAMUNDA_7,
        """
        lane Petugas = s a e
        start s
        user a "Proses permohonan"
        end e
        sub p "Pembatalan" triggeredByEvent=true
        start:message s2 "Dibatalkan" in=p
        user b "Catat pembatalan" in=p
        end e2 in=p
        s2 > b > e2
        s > a > e
    """,
    ),
    drawn(
        "sub-proses tanpa awal dan akhir",
        FLOWABLE,
        """
        lane Petugas = s p e
        start s
        sub p "Penelitian"
        user a "Teliti" in=p
        user b "Simpulkan" in=p
        a > b
        end e
        s > p > e
    """,
    ),
    drawn(
        "memanggil proses yang tidak ada",
        CAMUNDA_7,
        """
        lane Petugas = s c e
        start s
        call c "Proses banding" calledElement=banding
        end e
        s > c > e
    """,
    ),
    drawn(
        "memanggil proses tanpa nama",
        BIZAGI,
        """
        lane Petugas = s c e
        start s
        call c "Sub-alur"
        end e
        s > c > e
    """,
    ),
    drawn(
        "memanggil dirinya sendiri",
        ACTIVITI,
        """
        lane Petugas = s a c e
        start s
        user a "Kerjakan"
        call c "Ulang dari awal" calledElement=proses
        end e
        s > a > c > e
    """,
    ),
    drawn(
        "memanggil proses dalam berkas yang sama",
        SIGNAVIO,
        """
        pool utama Utama
        start s
        user a "Terima"
        call c "Periksa" calledElement=periksa
        end e
        s > a > c > e
        pool periksa Pemeriksaan
        start s2
        user b "Periksa berkas"
        end e2
        s2 > b > e2
    """,
    ),
    drawn(
        "langkah koreografi",
        VISIO,
        """
        lane Petugas = s a e
        start s
        choreo a "Serah terima" initiatingParticipantRef=x
        end e
        s > a > e
    """,
    ),
    drawn(
        "kompensasi",
        BPMN_IO,
        """
        lane Petugas = s a k e
        start s
        user a "Pesan tiket"
        boundary:compensate@a b "Batal"
        user k "Batalkan tiket" isForCompensation=true
        end e
        s > a > e
    """,
    ),
]
