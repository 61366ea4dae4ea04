// Which components the editor offers, under which names, and which of their properties mean something here.
// A form may hold others all the same: they are drawn, and the rules say what to do with them.
(() => {
  "use strict";

  const NAMES = {
    textfield: "Teks sebaris",
    textarea: "Teks panjang",
    number: "Angka",
    datetime: "Tanggal",
    checkbox: "Kotak centang",
    select: "Daftar turun",
    radio: "Pilih satu",
    checklist: "Pilih beberapa",
    taglist: "Daftar beberapa",
    filepicker: "Berkas",
    text: "Tulisan",
    image: "Gambar",
    separator: "Garis",
    spacer: "Jarak",
    group: "Kelompok",
  };
  // What the server neither draws nor keeps: looks of its own, options from elsewhere, names of the file.
  const LEFT_OUT = { groups: ["layout", "serialization", "valuesSource"], entries: ["id", "versionTag", "searchable", "verticalAlignment"] };

  class OfferedFields {
    constructor(formFields, eventBus) {
      eventBus.on("commandStack.formField.edit.preExecute", ({ context }) => nameOptions(context.properties.values));
      for (const [type, field] of Object.entries(formFields._formFields)) {
        if (type === "default") continue;
        if (NAMES[type]) rename(field.config, NAMES[type]);
        // What is not enumerable is drawn and can be removed, but stands in no palette.
        else Object.defineProperty(formFields._formFields, type, { value: field, enumerable: false });
      }
    }
  }
  OfferedFields.$inject = ["formFields", "eventBus"];

  function rename(config, name) {
    if (config.name === name) return;
    const create = config.create;
    delete config.label; // or every form that is opened gets it, also where a field was left without
    config.name = name;
    config.create = (options = {}, isNew) =>
      isNew ? { ...create({}, isNew), ...beginning(config.type, name), ...options } : asDrawn(create(options, isNew), options);
  }

  /* Opening a form must not change it: what the editor would add to a component that lacks it is left out. */
  function asDrawn(made, options) {
    return Object.fromEntries(Object.entries(made).filter(([name]) => name in options || name === "components"));
  }

  /* What a new component says before anybody typed. */
  function beginning(type, name) {
    if (type === "datetime") return { dateLabel: name };
    if (type === "text") return { text: "# Judul" };
    if (["image", "separator", "spacer"].includes(type)) return {};
    const options = { values: [1, 2].map((number) => ({ label: `Pilihan ${number}`, value: `pilihan_${number}` })) };
    return { label: name, ...(["select", "radio", "checklist", "taglist"].includes(type) ? options : {}) };
  }

  /* The editor calls a new option "Value 2"; nothing else can say so. */
  function nameOptions(values) {
    for (const option of Array.isArray(values) ? values : []) {
      const number = /^Value( \d+)?$/.exec(option.label) && /^value(\d*)$/.exec(option.value);
      if (number) Object.assign(option, { label: `Pilihan ${number[1] || 1}`, value: `pilihan_${number[1] || 1}` });
    }
  }

  class MeaningfulProperties {
    constructor(propertiesPanel) {
      propertiesPanel.registerProvider(this, 100); // after the editor's own
    }

    getGroups() {
      return (groups) =>
        groups
          .filter((group) => !LEFT_OUT.groups.includes(group.id))
          .map((group) => (group.entries ? { ...group, entries: group.entries.filter((each) => !LEFT_OUT.entries.includes(each.id)) } : group))
          .filter((group) => !group.entries || group.entries.length);
    }
  }
  MeaningfulProperties.$inject = ["propertiesPanel"];

  window.FormEditorFields = {
    __init__: ["offeredFields", "meaningfulProperties"],
    offeredFields: ["type", OfferedFields],
    meaningfulProperties: ["type", MeaningfulProperties],
  };
})();
