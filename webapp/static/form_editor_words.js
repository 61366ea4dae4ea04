// The Indonesian words of form-js's editor, which has its English ones built in and asks nobody.
// What the editor writes outside the drawn form is exchanged as it appears; what owners typed is left alone.
(() => {
  "use strict";

  const WORDS = {
    // palette
    Components: "Komponen",
    "Search components": "Cari komponen",
    "Clear content": "Kosongkan",
    "No components found.": "Tidak ada komponen yang cocok.",
    Input: "Isian",
    Selection: "Pilihan",
    Presentation: "Tampilan",
    Containers: "Wadah",
    Action: "Tombol",
    // canvas
    "Build your form": "Susun formulir",
    "Drag and drop components here to start designing.": "Seret komponen dari kiri ke sini untuk memulai.",
    "Use the preview window to test your form.": "Bentuk jadinya tampak di bawah, seperti yang dilihat petugas.",
    "Drag and drop components here.": "Seret komponen ke sini.",
    "Remove form field": "Hapus kolom",
    "Move form field": "Pindahkan kolom",
    Browse: "Pilih berkas",
    "No files selected": "Belum ada berkas",
    "Expression is empty": "Ekspresi masih kosong",
    "Html view is empty": "HTML masih kosong",
    "Powered by bpmn.io": "Dibuat dengan bpmn.io",
    Select: "Pilih…",
    Repeatable: "Berulang",
    "This is an image placeholder": "Tempat gambar",
    "mm/dd/yyyy": "tanggal",
    // properties panel
    Form: "Formulir",
    General: "Umum",
    Condition: "Syarat",
    Layout: "Tata letak",
    Appearance: "Penampilan",
    Validation: "Pemeriksaan",
    Constraints: "Batasan",
    Serialization: "Penyimpanan",
    "Custom properties": "Properti khusus",
    "Options source": "Asal pilihan",
    "Static options": "Daftar pilihan",
    "Security attributes": "Keamanan",
    "Select a form field to edit its properties.": "Pilih sebuah kolom untuk mengubah sifatnya.",
    "Multiple form fields are selected. Select a single form field to edit its properties.":
      "Beberapa kolom terpilih. Pilih satu kolom untuk mengubah sifatnya.",
    "Toggle section": "Buka atau tutup bagian",
    "Section contains an error": "Bagian ini memuat kesalahan",
    "Section contains edits": "Bagian ini sudah diisi",
    "Toggle list item": "Buka atau tutup butir",
    "Delete item": "Hapus butir",
    "Create new list item": "Tambah butir",
    Create: "Tambah",
    "<empty>": "<kosong>",
    "Open documentation": "Buka dokumentasi",
    "Open pop-up editor": "Buka di jendela besar",
    "Opened in popup": "Terbuka di jendela besar",
    "Opened in editor": "Terbuka di jendela besar",
    "Close popup": "Tutup",
    "Save and close": "Simpan dan tutup",
    "FEEL expression is mandatory": "Ditulis sebagai syarat",
    "Click to set a dynamic value with FEEL expression": "Tulis sebagai ekspresi",
    "Click to remove a dynamic value with FEEL expression": "Tulis sebagai nilai biasa",
    "Unparsable FEEL expression.": "Syarat ini tidak dapat dibaca.",
    ID: "Id",
    Key: "Key",
    Label: "Label",
    Value: "Nilai",
    Type: "Jenis",
    Text: "Teks",
    Title: "Judul",
    Path: "Path",
    "Field label": "Label kolom",
    "Group label": "Judul kelompok",
    "Date label": "Label tanggal",
    "Time label": "Label jam",
    "Field description": "Petunjuk di bawah label",
    "Default value": "Nilai awal",
    Disabled: "Dimatikan",
    "Disable this field when it should not be interactive for end-users. Its data will not be submitted. This setting takes precedence over read-only.":
      "Kolom tampak tetapi tidak dapat diisi, dan nilainya tidak disimpan. Mengalahkan “Hanya dibaca”.",
    "Read only": "Hanya dibaca",
    "Make this field read-only when it cannot be edited by the end-user, but its content is important for them to see. Its data will still be submitted.":
      "Kolom tidak dapat diubah; nilai awalnya tampak dan ikut disimpan.",
    "Binds to a form variable": "Nama kolom dalam data dan dalam syarat diagram",
    "Use a unique \"key\" to link the form element and the related input/output data. When dealing with nested data, break it down in the user task's input mapping before using it.":
      "Nama yang dipakai data dan syarat di diagram. Harus berbeda dari kolom lain; huruf, angka, dan garis bawah, diawali huruf.",
    "Where the child variables of this component are pathed to.": "Nama yang mendahului key kolom di dalamnya, boleh kosong",
    "Routes the children of this component into a form variable.": "Key kolom di dalam kelompok didahului nama ini dan titik.",
    "Hide if": "Sembunyikan bila",
    "Condition under which the field is hidden": 'Contoh: kanal = "email" atau anonim = true. Hanya =, != dan satu kolom.',
    Prefix: "Awalan",
    Suffix: "Akhiran",
    Required: "Wajib diisi",
    "Validation pattern": "Bentuk isian",
    Custom: "Bebas, atau pola sendiri",
    Email: "Email",
    Phone: "Telepon (tidak dipakai di sini)",
    "Minimum length": "Panjang paling sedikit",
    "Maximum length": "Panjang paling banyak",
    "Custom regular expression": "Pola sendiri (ekspresi reguler)",
    Minimum: "Paling kecil",
    Maximum: "Paling besar",
    "Decimal digits": "Angka di belakang koma",
    Increment: "Kelipatan",
    Subtype: "Macam",
    Date: "Tanggal",
    Time: "Jam",
    "Date & Time": "Tanggal dan jam",
    "Use 24h": "Jam 24",
    "Time interval": "Selang menit",
    "Time format": "Bentuk jam",
    "Disallow past dates": "Tolak hari yang sudah lewat",
    Checked: "Dicentang",
    "Not checked": "Tidak dicentang",
    "<none>": "<tidak ada>",
    "Supported file formats": "Jenis berkas yang diterima",
    "A comma-separated list of": "Daftar dipisah koma, misalnya .pdf,.jpg",
    "Upload multiple files": "Boleh beberapa berkas",
    "Supports markdown and templating.": "Memakai Markdown: # judul, **tebal**, - daftar.",
    "Image source": "Gambar",
    "Expression or static value (link/data URI)": "Gambar tertanam, ditulis sebagai data:image/png;base64,…",
    "Link referring to a hosted image, or use a data URI directly to embed image data into the form.":
      "Hanya gambar tertanam (data:) yang dipakai; tautan ke situs lain ditolak.",
    "Alternative text": "Teks pengganti gambar",
    "Descriptive text for screen reader accessibility.": "Dibacakan bagi yang tidak melihat gambarnya.",
    Height: "Tinggi",
    "Show outline": "Tampilkan bingkai",
    Submit: "Kirim",
    Reset: "Kosongkan",
    Content: "Isi",
    // what is wrong
    "Must not be empty.": "Tidak boleh kosong.",
    "Must not be empty": "Tidak boleh kosong.",
    "Must be unique.": "Sudah dipakai; beri yang lain.",
    "Must not contain spaces.": "Tidak boleh memuat spasi.",
    "Must be a variable or a dot separated path.": "Harus nama, atau nama-nama dipisah titik.",
    "Must not contain numerical path segments.": "Bagian nama tidak boleh hanya angka.",
    "Must not be a prohibited path.": "Nama ini tidak boleh dipakai.",
    "Must not conflict with other key/path assignments.": "Bertabrakan dengan key atau path lain.",
    "Must be empty, a variable or a dot-separated path": "Harus kosong, nama, atau nama-nama dipisah titik.",
    "Must not cause two binding paths to collide": "Membuat dua kolom bernama sama.",
    "Should be a valid number.": "Harus angka.",
    "Should be a valid number": "Harus angka.",
    "Should be an integer.": "Harus bilangan bulat.",
    "Should be greater than zero.": "Harus lebih besar dari nol.",
    "Should be greater than or equal to zero.": "Tidak boleh di bawah nol.",
    "A number is required.": "Harus angka.",
  };
  const IN_ATTRIBUTES = { Increment: "Naikkan", Decrement: "Turunkan" };
  const PATTERNS = [
    [/^Create an? (.+) element$/, (found) => `Tambahkan ${found[1]}`],
    [/^Remove (.+)$/, (found) => `Hapus ${found[1]}`],
    [/^List contains (\d+) items?$/, (found) => `Berisi ${found[1]} butir`],
  ];
  const ATTRIBUTES = ["title", "placeholder", "aria-label", "alt"];
  // Ours: the palette, the panel and what pops up from it. In the drawn form only what the editor itself says.
  const PLACES = ".fjs-palette-container, .bio-properties-panel, [class*='bio-properties-panel-'], .fjs-powered-by";
  const IN_FORM = ".fjs-empty-editor, .fjs-empty-component, .fjs-context-pad, .fjs-filepicker-container, .fjs-form-field-placeholder, .fjs-repeat-render-footer, .fjs-image-placeholder, .fjs-select-placeholder";
  const TYPED = ".bio-properties-panel-header-label, .cm-line, .bio-properties-panel-collapsible-entry-header-title, textarea, .pico";

  function translated(text) {
    const known = WORDS[text];
    if (known !== undefined) return known;
    for (const [pattern, words] of PATTERNS) {
      const found = pattern.exec(text);
      if (found) return words(found);
    }
    return text;
  }

  function translateText(node) {
    const parent = node.parentElement;
    if (!parent || !parent.closest(`${PLACES}, ${IN_FORM}`) || parent.closest(TYPED)) return;
    const text = node.data.trim();
    const words = text && translated(text);
    if (words && words !== text) node.data = node.data.replace(text, words);
  }

  function translateAttributes(element) {
    for (const name of ATTRIBUTES) {
      const text = element.getAttribute(name);
      const words = text && (IN_ATTRIBUTES[text] ?? translated(text));
      if (words && words !== text && !element.closest(".pico")) element.setAttribute(name, words);
    }
  }

  function translateAll(root) {
    if (root.nodeType === Node.TEXT_NODE) return translateText(root);
    if (root.nodeType !== Node.ELEMENT_NODE) return undefined;
    translateAttributes(root);
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      if (walker.currentNode.nodeType === Node.TEXT_NODE) translateText(walker.currentNode);
      else translateAttributes(walker.currentNode);
    }
    return undefined;
  }

  /* From now on, exchange whatever the editor writes below `root`. */
  function watch(root) {
    new MutationObserver((changes) => {
      for (const change of changes) {
        if (change.type === "attributes") translateAttributes(change.target);
        else if (change.type === "characterData") translateText(change.target);
        else change.addedNodes.forEach(translateAll);
      }
    }).observe(root, { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ATTRIBUTES });
    translateAll(root);
  }

  window.FormEditorWords = { watch };
})();
