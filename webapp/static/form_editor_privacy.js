// Who may see what is filled in: the custom properties "pribadi" and "peran" of a field, without knowing their names.
// Writes them as the editor would, so that they are undone and kept like everything else.
(() => {
  "use strict";

  function watch(editor, shop) {
    const find = (selector) => shop.querySelector(selector);
    const lanes = JSON.parse(shop.dataset.lanes);
    const read = new Set(JSON.parse(shop.dataset.read));
    const personal = find("[data-personal]");
    const role = find("[data-role]");
    const list = find("[data-lane-list]");
    let field = null;

    const words = (text) => text.split(";").map((each) => each.trim()).filter(Boolean);
    const ownLane = (text) => ["", "ya", "true"].includes(text.trim().toLowerCase());

    function show(chosen) {
      const type = chosen && editor.get("formFields").get(chosen.type)?.config;
      field = type && (type.keyed || chosen.type === "group") ? chosen : null;
      find("[data-privacy-none]").hidden = Boolean(field);
      find("[data-privacy-chosen]").hidden = !field;
      if (!field) return;
      const { pribadi, peran } = field.properties || {};
      find("[data-privacy-name]").textContent = field.label || field.dateLabel || field.key || field.id;
      find("[data-privacy-read]").hidden = !read.has(field.key);
      personal.checked = pribadi !== undefined;
      find("[data-personal-lanes]").hidden = !personal.checked;
      drawLanes(pribadi === undefined || ownLane(pribadi) ? [] : words(pribadi));
      find("[data-role-part]").hidden = field.type === "group";
      role.value = peran || "";
      for (const option of role.querySelectorAll("[data-switch]")) option.disabled = field.type !== "checkbox" && option.value !== peran;
    }

    function drawLanes(ticked) {
      const strange = ticked.filter((lane) => !lanes.includes(lane));
      list.replaceChildren(
        ...[...lanes, ...strange].map((lane) => {
          const label = document.createElement("label");
          const box = document.createElement("input");
          const name = document.createElement("span");
          label.className = "choice";
          box.type = "checkbox";
          box.value = lane;
          box.checked = ticked.includes(lane);
          name.textContent = strange.includes(lane) ? `${lane} (tidak ada di diagram)` : lane;
          label.append(box, name);
          return label;
        }),
      );
    }

    function change() {
      if (!field) return;
      const properties = { ...field.properties };
      const ticked = [...list.querySelectorAll("input:checked")].map((box) => box.value);
      if (personal.checked) properties.pribadi = ticked.join("; ") || "ya";
      else delete properties.pribadi;
      if (role.value) properties.peran = role.value;
      else delete properties.peran;
      editor.get("modeling").editFormField(field, "properties", Object.keys(properties).length ? properties : undefined);
      find("[data-personal-lanes]").hidden = !personal.checked;
    }

    find("#panel-pribadi").addEventListener("change", change);
    const refresh = () => show(editor.get("selection").get());
    editor.on("selection.changed", refresh);
    editor.on("commandStack.changed", () => {
      if (!find("#panel-pribadi").contains(document.activeElement)) refresh();
    });
    refresh();
  }

  window.FormEditorPrivacy = { watch };
})();
