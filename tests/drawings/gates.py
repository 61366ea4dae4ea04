"""Drawings whose gateways, splits, joins and conditions say less than a machine needs."""

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
from tests.drawings.walking import form

DRAWINGS = [
    drawn(
        "ya atau tidak tanpa syarat",
        BPMN_IO,
        """
        lane Petugas = s a g b c e
        start s
        user a "Periksa berkas"
        xor g "Berkas lengkap?"
        user b "Terbitkan surat"
        user c "Kembalikan berkas"
        end e
        s > a > g
        g > b "Ya"
        g > c "Tidak"
        b > e
        c > e
    """,
    ),
    drawn(
        "gateway tanpa nama, aliran tanpa nama",
        VISIO,
        """
        lane Petugas = s a g b c e
        start s
        user a "Periksa"
        xor g
        user b "Setujui"
        user c "Tolak"
        end e
        s > a > g
        g > b
        g > c
        b > e
        c > e
    """,
    ),
    drawn(
        "kembali ke langkah sebelumnya",
        SIGNAVIO,
        """
        lane Petugas = s a
        lane Kepala = b g e
        start s
        user a "Susun konsep"
        user b "Koreksi konsep"
        xor g "Disetujui?"
        end e
        s > a > b > g
        g > a "Perbaiki"
        g > e "Ya"
    """,
    ),
    drawn(
        "gateway langsung sesudah awal",
        BIZAGI,
        """
        lane Petugas = s g a b e
        start s
        xor g "Lewat apa?"
        user a "Layani di loket"
        user b "Layani daring"
        end e
        s > g
        g > a "Loket"
        g > b "Daring"
        a > e
        b > e
    """,
    ),
    drawn(
        "dua percabangan berturut-turut",
        ARIS,
        """
        lane Petugas = s a g h b c d e
        start s
        user a "Periksa"
        xor g "Lengkap?"
        xor h "Berat?"
        user b "Lengkapi"
        user c "Tangani berat"
        user d "Tangani ringan"
        end e
        s > a > g
        g > h "Ya"
        g > b "Tidak"
        h > c "Berat"
        h > d "Ringan"
        b > e
        c > e
        d > e
    """,
    ),
    drawn(
        "tiga jalan dengan default",
        CAMUNDA_7,
        """
        lane Petugas = s a g b c d e
        start s
        user a "Golongkan"
        xor g "Golongan" default=f_g_d
        user b "Berat"
        user c "Sedang"
        user d "Ringan"
        end e
        s > a > g
        g > b "Berat"
        g > c "Sedang"
        g > d "Ringan"
        b > e
        c > e
        d > e
    """,
    ),
    drawn(
        "satu aliran saja tanpa syarat",
        CAMUNDA_7,
        """
        lane Petugas = s a g b c e
        start s
        user a "Periksa" camunda:formRef=periksa
        xor g "Lengkap?"
        user b "Lanjut"
        user c "Kembali"
        end e
        s > a > g
        g > b "Ya" [${lengkap == 'ya'}]
        g > c "Tidak"
        b > e
        c > e
    """,
        forms=form(
            "periksa",
            {
                "type": "select",
                "key": "lengkap",
                "label": "Lengkap",
                "values": [{"label": "Ya", "value": "ya"}, {"label": "Tidak", "value": "tidak"}],
            },
        ),
    ),
    drawn(
        "syarat FEEL atas isian yang dikenal",
        CAMUNDA_8,
        """
        lane Petugas = s a g b c e
        start s
        user a "Periksa" { <bpmn:extensionElements><zeebe:userTask/><zeebe:formDefinition formId="periksa"/></bpmn:extensionElements> }
        xor g "Lengkap?" default=f_g_c
        user b "Lanjut"
        user c "Kembali"
        end e
        s > a > g
        g > b "Ya" [=lengkap = "ya"]
        g > c "Tidak"
        b > e
        c > e
    """,
        forms=form(
            "periksa",
            {"type": "select", "key": "lengkap", "label": "Lengkap", "values": [{"label": "Ya", "value": "ya"}]},
        ),
    ),
    drawn(
        "syarat Java atas isian yang tidak dikenal",
        ACTIVITI,
        """
        lane Petugas = s a g b c e
        start s
        user a "Periksa"
        xor g "Jumlah besar?"
        user b "Ke kepala"
        user c "Selesaikan"
        end e
        s > a > g
        g > b "Besar" [${execution.getVariable('jumlah') > 1000000}]
        g > c "Kecil" [${execution.getVariable('jumlah') <= 1000000}]
        b > e
        c > e
    """,
    ),
    drawn(
        "syarat dengan kata-kata",
        SIGNAVIO,
        """
        lane Petugas = s a g b c e
        start s
        user a "Ukur"
        xor g "Tinggi?"
        user b "Tandai"
        user c "Lewati"
        end e
        s > a > g
        g > b "Tinggi" [Nilai lebih dari 5 juta]
        g > c "Rendah" [lainnya]
        b > e
        c > e
    """,
    ),
    drawn(
        "syarat pada default dan default yang salah",
        FLOWABLE,
        """
        lane Petugas = s a g b c e
        start s
        user a "Periksa"
        xor g "Baik?" default=bukan_aliran
        user b "Terima"
        user c "Tolak"
        end e
        s > a > g
        g > b "Baik"
        g > c "Buruk" [${x == 1}]
        b > e
        c > e
    """,
    ),
    drawn(
        "inclusive tanpa syarat",
        BPMN_IO,
        """
        lane Petugas = s a g b c h e
        start s
        user a "Tentukan seksi terkait"
        or g "Seksi mana?"
        user b "Seksi Lalu Lintas"
        user c "Seksi Intelijen"
        or h
        end e
        s > a > g
        g > b "Lalu Lintas"
        g > c "Intelijen"
        b > h
        c > h
        h > e
    """,
    ),
    drawn(
        "complex gateway",
        ECLIPSE,
        """
        lane Petugas = s a g b c h e
        start s
        user a "Bagi tugas"
        complex g "Dua dari tiga"
        user b "Kelompok satu"
        user c "Kelompok dua"
        complex h { <bpmn:activationCondition>n = 2</bpmn:activationCondition> }
        end e
        s > a > g
        g > b "Satu"
        g > c "Dua"
        b > h
        c > h
        h > e
    """,
    ),
    drawn(
        "gateway yang menunggu peristiwa",
        BPMN_IO,
        """
        lane Petugas = s a g m t b c e
        start s
        send a "Kirim undangan"
        await g
        catch:message m "Jawaban datang"
        catch:timer=P7D t "Tujuh hari"
        user b "Catat jawaban"
        user c "Kirim ulang"
        end e
        s > a > g
        g > m
        g > t
        m > b > e
        t > c > e
    """,
    ),
    drawn(
        "gateway yang menunggu dua pesan",
        SIGNAVIO,
        """
        lane Petugas = s g m n b c e
        start s
        await g "Apa jawabannya"
        catch:message m "Setuju"
        catch:message n "Menolak"
        user b "Terbitkan"
        user c "Arsipkan"
        end e
        s > g
        g > m > b > e
        g > n > c > e
    """,
    ),
    drawn(
        "gateway menunggu langkah terima",
        ARIS,
        """
        lane Petugas = s g r t c e
        start s
        await g "Menunggu"
        receive r "Terima berkas"
        catch:timer=P3D t "3 hari"
        user c "Tutup perkara"
        end e
        s > g
        g > r > e
        g > t > c > e
    """,
    ),
    drawn(
        "parallel dengan syarat",
        JBPM,
        """
        lane Petugas = s a g b c h e
        start s
        user a "Mulai"
        and g
        user b "Kiri"
        user c "Kanan"
        and h
        end e
        s > a > g
        g > b "Kiri" [${x == 1}]
        g > c "Kanan"
        b > h
        c > h
        h > e
    """,
    ),
    drawn(
        "beberapa aliran dari satu langkah",
        BPMN_IO,
        """
        lane Petugas = s a b c e
        start s
        user a "Sebarkan surat"
        user b "Arsip"
        user c "Tata usaha"
        end e
        s > a
        a > b
        a > c
        b > e
        c > e
    """,
    ),
    drawn(
        "beberapa aliran bernama dari satu langkah",
        DRAW_IO,
        """
        lane Petugas = s a b c e
        start s
        task a "Periksa berkas"
        task b "Proses"
        task c "Kembalikan"
        end e
        s > a
        a > b "lengkap"
        a > c "tidak lengkap"
        b > e
        c > e
    """,
    ),
    drawn(
        "aliran bersyarat dari langkah",
        CAMUNDA_7,
        """
        lane Petugas = s a b c e
        start s
        user a "Nilai" default=f_a_c
        user b "Lanjutan"
        user c "Biasa"
        end e
        s > a
        a > b "Perlu" [${perlu}]
        a > c "Tidak perlu"
        b > e
        c > e
    """,
    ),
    drawn(
        "tiga aliran tanpa nama yang bertemu lagi",
        YAOQIANG,
        """
        lane Petugas = s a b c d r e
        start s
        user a "Bagikan"
        user b "Bidang satu"
        user c "Bidang dua"
        user d "Bidang tiga"
        user r "Rangkum"
        end e
        s > a
        a > b
        a > c
        a > d
        b > r
        c > r
        d > r
        r > e
    """,
    ),
    drawn(
        "awal dengan dua aliran",
        BIZAGI,
        """
        lane Petugas = s a b e
        start s
        user a "Catat"
        user b "Beri tahu"
        end e
        s > a
        s > b
        a > e
        b > e
    """,
    ),
    drawn(
        "parallel yang menutup pilihan",
        DRAW_IO,
        """
        lane Petugas = s a g b c h d e
        start s
        user a "Pilih"
        xor g "Cara?"
        user b "Antar"
        user c "Ambil"
        and h
        user d "Tutup"
        end e
        s > a > g
        g > b "Antar"
        g > c "Ambil"
        b > h
        c > h
        h > d > e
    """,
    ),
    drawn(
        "parallel yang benar",
        CAMUNDA_7,
        """
        lane Petugas = s a g b c h e
        start s
        user a "Mulai" camunda:formRef=f1
        and g
        user b "Satu" camunda:formRef=f1
        user c "Dua" camunda:formRef=f1
        and h
        end e
        s > a > g
        g > b > h
        g > c > h
        h > e
    """,
        forms=form("f1", {"type": "textfield", "key": "isi", "label": "Isi"}),
    ),
    drawn(
        "dua aliran ke tempat yang sama",
        BPMN_IO,
        """
        lane Petugas = s a g b c e
        start s
        user a "Periksa"
        xor g "Hasil?"
        user b "Lanjut"
        user c "Ulang"
        end e
        s > a > g
        g > b "Baik"
        g > b "Cukup"
        g > c "Buruk"
        b > e
        c > e
    """,
    ),
    drawn(
        "gateway bercabang dan bergabung sekaligus",
        VISIO,
        """
        lane Petugas = s a g b e
        start s
        user a "Isi"
        xor g "Lagi?"
        user b "Tambah"
        end e
        s > a > g
        g > b "Ya"
        g > e "Tidak"
        b > g
    """,
    ),
    drawn(
        "nama aliran yang sama",
        ARIS,
        """
        lane Petugas = s a g b c e
        start s
        user a "Periksa"
        xor g "Ke mana?"
        user b "Kiri"
        user c "Kanan"
        end e
        s > a > g
        g > b "Ya"
        g > c "Ya"
        b > e
        c > e
    """,
    ),
]
