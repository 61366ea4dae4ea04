/*
 * The modeler in Indonesian: what its palette, its menus and its minimap say.
 *
 * Keys are the modeler's own texts, word for word. A text that is missing here is told to the document by the event
 * `alur:untranslated`, so that a test finds it; it is then shown as the modeler wrote it.
 */
(() => {
  "use strict";

  const TOOLS = {
    "Activate hand tool": "Tangan: geser kanvas",
    "Activate lasso tool": "Laso: pilih beberapa sekaligus",
    "Activate create/remove space tool": "Buat atau hapus ruang kosong",
    "Activate global connect tool": "Sambungkan dua elemen",
    "Create start event": "Tambah awal",
    "Create intermediate/boundary event": "Tambah timer (jeda atau batas waktu)",
    "Create end event": "Tambah akhir",
    "Create gateway": "Tambah gerbang",
    "Create task": "Tambah langkah",
    "Create data object reference": "Tambah objek data (keterangan gambar)",
    "Create data store reference": "Tambah tempat data (keterangan gambar)",
    "Create expanded sub-process": "Tambah subproses",
    "Create pool/participant": "Tambah kolam",
    "Create group": "Tambah kelompok (keterangan gambar)",
    "Search in diagram": "Cari dalam diagram",
    "Open minimap": "Buka peta kecil",
    "Close minimap": "Tutup peta kecil",
    "Align elements": "Ratakan elemen",
    "Align elements ": "Ratakan elemen ",
    "Align elements bottom": "Ratakan ke bawah",
    "Align elements center": "Ratakan ke tengah",
    "Align elements left": "Ratakan ke kiri",
    "Align elements middle": "Ratakan ke tengah tegak",
    "Align elements right": "Ratakan ke kanan",
    "Align elements top": "Ratakan ke atas",
    "Distribute elements horizontally": "Bagi jarak mendatar",
    "Distribute elements vertically": "Bagi jarak tegak",
    "Open {element}": "Buka {element}",
  };

  const PAD = {
    "Delete": "Hapus",
    "Change element": "Ganti jenis",
    "Connect to other element": "Sambungkan ke elemen lain",
    "Connect using association": "Hubungkan dengan garis keterangan",
    "Connect using data input association": "Hubungkan dengan masukan data",
    "Append task": "Tambah langkah sesudah ini",
    "Append gateway": "Tambah gerbang sesudah ini",
    "Append end event": "Tambah akhir sesudah ini",
    "Append intermediate/boundary event": "Tambah jeda waktu sesudah ini",
    "Append receive task": "Tambah langkah penerimaan sesudah ini",
    "Append message intermediate catch event": "Tambah penerimaan pesan sesudah ini",
    "Append timer intermediate catch event": "Tambah jeda waktu sesudah ini",
    "Append conditional intermediate catch event": "Tambah penantian syarat sesudah ini",
    "Append signal intermediate catch event": "Tambah penantian sinyal sesudah ini",
    "Append compensation activity": "Tambah langkah pembatal sesudah ini",
    "Add text annotation": "Tambah catatan",
    "Add lane above": "Tambah lajur di atas",
    "Add lane below": "Tambah lajur di bawah",
    "Divide into two lanes": "Bagi menjadi dua lajur",
    "Divide into three lanes": "Bagi menjadi tiga lajur",
    "Flow elements can only be children of pools/participants": "Langkah hanya dapat diletakkan di dalam kolam",
    "Flow element must be a child of a pool/participant": "Langkah harus berada di dalam kolam",
  };

  const KINDS = {
    "Task": "Langkah biasa",
    "User task": "Langkah orang",
    "Manual task": "Langkah di luar sistem",
    "Send task": "Langkah pengiriman",
    "Receive task": "Langkah penerimaan",
    "Service task": "Langkah layanan",
    "Script task": "Langkah skrip",
    "Business rule task": "Langkah aturan",
    "Call activity": "Panggil SOP lain",
    "Transaction": "Transaksi",
    "Sub-process": "Subproses",
    "Sub-process (collapsed)": "Subproses (terlipat)",
    "Sub-process (expanded)": "Subproses (terbuka)",
    "Event sub-process": "Subproses kejadian",
    "Ad-hoc sub-process": "Subproses bebas urutan",
    "Ad-hoc sub-process (collapsed)": "Subproses bebas urutan (terlipat)",
    "Ad-hoc sub-process (expanded)": "Subproses bebas urutan (terbuka)",
    "Exclusive gateway": "Gerbang pilih satu",
    "Parallel gateway": "Gerbang serentak",
    "Inclusive gateway": "Gerbang pilih beberapa",
    "Complex gateway": "Gerbang rumit",
    "Event-based gateway": "Gerbang menurut kejadian",
    "Event based instantiating Gateway": "Gerbang pemula menurut kejadian",
    "Parallel Event based instantiating Gateway": "Gerbang pemula serentak menurut kejadian",
    "Sequence flow": "Alur",
    "Default flow": "Alur bawaan",
    "Conditional flow": "Alur bersyarat",
    "Data object reference": "Objek data",
    "Data store reference": "Tempat data",
    "Collection": "Kumpulan",
    "Expanded pool/participant": "Kolam terbuka",
    "Empty pool/participant": "Kolam kosong",
    "Empty pool/participant (removes content)": "Kolam kosong (isinya dihapus)",
    "Participant multiplicity": "Banyak peserta",
    "Parallel multi-instance": "Berganda serentak",
    "Sequential multi-instance": "Berganda berurutan",
    "Loop": "Berulang",
    "Toggle non-interrupting": "Menarik langkah, atau tidak",
  };

  const EVENTS = {
    "Start event": "Awal",
    "Intermediate throw event": "Titik antara",
    "Boundary event": "Kejadian tepi",
    "End event": "Akhir",
    "Terminate end event": "Akhir yang mengakhiri semuanya",
    "Escalation end event": "Akhir dengan eskalasi (batas terlampaui)",
    "Timer intermediate catch event": "Jeda waktu",
    "Timer boundary event": "Batas waktu yang menarik langkah",
    "Timer boundary event (non-interrupting)": "Batas waktu atau pengingat (langkah tetap terbuka)",
  };

  // Kinds that come in many variants and that the engine does not run are put together from their parts.
  const WHAT = {
    Message: "pesan",
    Timer: "waktu",
    Conditional: "syarat",
    Signal: "sinyal",
    Error: "kesalahan",
    Escalation: "eskalasi",
    Compensation: "pembatalan langkah",
    Cancel: "pembatalan",
    Link: "sambungan",
    Terminate: "penghentian",
  };
  const WHERE = {
    "start event": "Awal karena",
    "end event": "Akhir dengan",
    "intermediate catch event": "Menunggu",
    "intermediate throw event": "Mengirim",
    "boundary event": "Kejadian tepi:",
  };
  Object.entries(WHERE).forEach(([where, place]) =>
    Object.entries(WHAT).forEach(([what, thing]) => {
      const said = `${place} ${thing}`;
      EVENTS[`${what} ${where}`] ??= said;
      EVENTS[`${what} ${where} (non-interrupting)`] ??= `${said} (tidak menarik)`;
    }),
  );

  // What stands at the head of the panel, where it is no kind of the menus.
  const HEADS = {
    "Collaboration": "Seluruh gambar",
    "Process": "Proses",
    "Participant": "Kolam",
    "Lane": "Lajur",
    "Group": "Kelompok",
    "Text Annotation": "Catatan",
    "Association": "Garis keterangan",
    "Message Flow": "Alur pesan",
    "Data Object Reference": "Objek data",
    "Data Input": "Masukan data",
    "Data Output": "Keluaran data",
    "Data Input Association": "Masukan data",
    "Data Output Association": "Keluaran data",
    "Intermediate Catch Event": "Menunggu",
    "Expanded Sub Process": "Subproses",
    "Collapsed Sub Process": "Subproses",
    "Expanded Ad Hoc Sub Process": "Subproses bebas urutan",
    "Collapsed Ad Hoc Sub Process": "Subproses bebas urutan",
    "Compensate Start Event": "Awal karena pembatalan langkah",
    "Compensate End Event": "Akhir dengan pembatalan langkah",
    "Compensate Boundary Event": "Kejadian tepi: pembatalan langkah",
    "Compensate Intermediate Throw Event": "Mengirim pembatalan langkah",
    "Category Value": "Kelompok",
  };

  // The panel writes "User Task" where the menus write "User task": the same words, once.
  const loosely = (text) => text.toLowerCase().replaceAll("-", " ");
  const words = new Map();
  const loose = new Map();
  const add = (...lists) =>
    lists.forEach((list) =>
      Object.entries(list).forEach(([theirs, ours]) => {
        words.set(theirs, ours);
        loose.set(loosely(theirs), ours);
      }),
    );
  add(TOOLS, PAD, KINDS, EVENTS, HEADS);

  function translate(text, values) {
    const theirs = String(text);
    const ours = words.get(theirs) ?? loose.get(loosely(theirs));
    if (ours === undefined) document.dispatchEvent(new CustomEvent("alur:untranslated", { detail: theirs }));
    return (ours ?? theirs).replace(/{([^}]+)}/g, (whole, name) => values?.[name] ?? whole);
  }

  /* Some texts the panel writes without asking anybody: those are replaced where they stand. */
  const COUNTED = /^List contains (\d+) items?$/;
  const unasked = (text) => {
    const counted = COUNTED.exec(text);
    return counted ? `Daftar berisi ${counted[1]} butir` : words.get(text);
  };

  function watch(panel) {
    const put = (node) => {
      const title = node.title && unasked(node.title);
      if (title && title !== node.title) node.title = title;
      if (node.childElementCount || !node.matches(".bio-properties-panel-add-entry-label")) return;
      const text = unasked(node.textContent);
      if (text && text !== node.textContent) node.textContent = text;
    };
    const look = (root) => [root, ...root.querySelectorAll("[title], .bio-properties-panel-add-entry-label")].forEach(put);
    new MutationObserver((changes) =>
      changes.forEach((change) => {
        if (change.type === "attributes") put(change.target);
        else change.addedNodes.forEach((node) => node.nodeType === Node.ELEMENT_NODE && look(node));
      }),
    ).observe(panel, { subtree: true, childList: true, attributes: true, attributeFilter: ["title"] });
  }

  window.EditorWords = { add, translate, watch, module: { translate: ["value", translate] } };
})();
