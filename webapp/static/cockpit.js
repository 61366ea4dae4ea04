/*
 * Leads on what a modeler of before 2022 links to: Camunda's own address, with the page behind a "#".
 * Only the two pages that a modeler names are followed, and only within this site.
 */
(() => {
  "use strict";

  const asked = location.hash.match(/^#\/((?:repository|process-instance)(?:[/?].*)?)$/);
  if (asked) location.replace(`/modeler/${asked[1]}`);
})();
