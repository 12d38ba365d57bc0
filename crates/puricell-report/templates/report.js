(function () {
  "use strict";
  var words = JSON.parse(document.getElementById("words").textContent);
  function make(tag, options, text) {
    var element = document.createElement(tag);
    Object.keys(options || {}).forEach(function (name) { element.setAttribute(name, options[name]); });
    if (text !== undefined) { element.textContent = text; }
    return element;
  }
  function all(selector, within) { return Array.prototype.slice.call((within || document).querySelectorAll(selector)); }

  /* Tables: a click on a heading sorts, up, down, and back to the order of the document. */
  function valueOf(row, column) {
    var cell = row.cells[column];
    var text = cell ? cell.textContent.trim() : "";
    var number = text.replace(/,/g, "").match(/-?\d+(\.\d+)?/);
    var isNumber = cell && cell.classList.contains("num") || /^[<>≥≤\u2212-]?\s*\d/.test(text);
    if (text === "–" || text === "NA" || text === "") { return { rank: 2, text: text }; }
    if (isNumber && number) {
      var value = parseFloat(number[0]);
      if (/^\u2212/.test(text)) { value = -value; }
      var power = text.match(/× 10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)/) || text.match(/10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)/);
      if (power) {
        var digits = power[1].split("").map(function (c) { return c === "⁻" ? "-" : "⁰¹²³⁴⁵⁶⁷⁸⁹".indexOf(c); }).join("");
        value = (/×/.test(text) ? value : 1) * Math.pow(10, parseInt(digits, 10));
      }
      return { rank: 0, number: /^</.test(text) ? value * 0.999 : value, text: text };
    }
    return { rank: 1, text: text };
  }
  function compare(a, b) {
    if (a.rank !== b.rank) { return a.rank - b.rank; }
    if (a.rank === 0) { return a.number - b.number; }
    return a.text < b.text ? -1 : a.text > b.text ? 1 : 0;
  }
  function sortable(table) {
    var bodies = table.tBodies, head = table.tHead;
    if (!head || bodies.length !== 1 || table.classList.contains("signatures")) { return; }
    if (bodies[0].rows.length < 3 && table.id !== "explorer-table") { return; }
    all("th", head).forEach(function (heading, column) {
      var button = make("button", { type: "button", "class": "sort", title: words.sort });
      while (heading.firstChild) { button.appendChild(heading.firstChild); }
      heading.appendChild(button);
      button.addEventListener("click", function () {
        var rows = all("tr", bodies[0]);
        rows.forEach(function (row, i) { if (!row.dataset.place) { row.dataset.place = String(i + 1); } });
        var before = heading.getAttribute("aria-sort");
        var now = before === "ascending" ? "descending" : before === "descending" ? null : "ascending";
        all("th", head).forEach(function (other) { other.removeAttribute("aria-sort"); });
        if (now) { heading.setAttribute("aria-sort", now); }
        var sign = now === "descending" ? -1 : 1;
        var keyed = rows.map(function (row) { return { row: row, place: +row.dataset.place, key: valueOf(row, column) }; });
        keyed.sort(function (a, b) {
          if (!now) { return a.place - b.place; }
          /* What was not estimated stays below, whichever way. */
          if (a.key.rank === 2 || b.key.rank === 2) { return a.key.rank - b.key.rank || a.place - b.place; }
          return sign * compare(a.key, b.key) || a.place - b.place;
        });
        keyed.forEach(function (entry) { bodies[0].appendChild(entry.row); });
        table.classList.toggle("sorted", Boolean(now));
      });
    });
  }
  all(".table > table").forEach(sortable);

  /* Figures: enlarged in a dialog, downloaded as the drawing that is shown. */
  var dialog = make("dialog", { "class": "enlarged" });
  var close = make("button", { type: "button" }, words.close);
  var stage = make("div", { "class": "sheet" });
  dialog.appendChild(close);
  dialog.appendChild(stage);
  document.body.appendChild(dialog);
  close.addEventListener("click", function () { dialog.close(); });
  dialog.addEventListener("click", function (event) { if (event.target === dialog) { dialog.close(); } });
  all("figure").forEach(function (figure) {
    var drawing = figure.querySelector("svg"), caption = figure.querySelector("figcaption");
    if (!drawing) { return; }
    var title = drawing.querySelector("title");
    var name = title ? title.textContent : "figure";
    var tools = make("p", { "class": "tools" });
    var enlarge = make("button", { type: "button", "class": "enlarge", "aria-label": words.enlarge + ": " + name }, words.enlarge);
    var download = make("button", { type: "button", "class": "download", "aria-label": words.download + ": " + name }, words.download);
    enlarge.addEventListener("click", function () {
      stage.textContent = "";
      stage.appendChild(drawing.cloneNode(true));
      dialog.setAttribute("aria-label", name);
      dialog.showModal();
      close.focus();
    });
    download.addEventListener("click", function () {
      var blob = new Blob([new XMLSerializer().serializeToString(drawing)], { type: "image/svg+xml" });
      var address = URL.createObjectURL(blob);
      var link = make("a", { href: address, download: name.replace(/[^\p{L}\p{N}]+/gu, "-").slice(0, 60) + ".svg" });
      document.body.appendChild(link);
      link.click();
      document.body.removeChild(link);
      setTimeout(function () { URL.revokeObjectURL(address); }, 1000);
    });
    tools.appendChild(enlarge);
    tools.appendChild(download);
    figure.insertBefore(tools, caption);
  });

  /* Filter by class, of every table with a row per class. */
  var filter = document.getElementById("class-filter");
  if (filter) {
    filter.parentNode.hidden = false;
    filter.addEventListener("change", function () {
      var wanted = filter.value;
      all("tr[data-class]").forEach(function (row) {
        var own = row.dataset["class"] === wanted || row.dataset.parent === wanted;
        row.hidden = wanted === "" ? false : wanted === "*" ? row.dataset.found !== "true" : !own;
      });
    });
  }

  /* The explorer. */
  var data = document.getElementById("explained");
  if (!data) { return; }
  var explained = JSON.parse(data.textContent), cells = explained.cells, events = explained.events;
  var place = function (name) { return document.getElementById("explorer-" + name); };
  var list = place("cells"), classes = place("class"), find = place("find");
  document.querySelector(".explorer .panes").hidden = false;
  var nameOf = function (id) { return id === null ? words.not_kept : words.classes[id] || id; };
  var calls = [];
  cells.forEach(function (cell) { if (calls.indexOf(cell.call) < 0) { calls.push(cell.call); } });
  calls.forEach(function (id) {
    var n = cells.filter(function (cell) { return cell.call === id; }).length;
    classes.appendChild(make("option", { value: id === null ? "-" : id }, nameOf(id) + " (" + n + ")"));
  });
  function fill() {
    var wanted = classes.value, text = find.value.trim().toLowerCase();
    var shown = cells.filter(function (cell) {
      var fits = wanted === "" || (cell.call === null ? "-" : cell.call) === wanted;
      return fits && (text === "" || cell.cell.toLowerCase().indexOf(text) >= 0 ||
        cell.genes.some(function (gene) { return gene[0].toLowerCase() === text; }));
    });
    list.textContent = "";
    shown.forEach(function (cell) {
      list.appendChild(make("option", { value: cells.indexOf(cell) }, cell.cell + " · " + nameOf(cell.call)));
    });
    place("count").textContent = shown.length + " / " + cells.length;
    if (shown.length) { list.selectedIndex = 0; }
    answer();
  }
  function answer() {
    var cell = list.value === "" ? null : cells[+list.value];
    var body = place("table").tBodies[0];
    body.textContent = "";
    all("th", place("table").tHead).forEach(function (heading) { heading.removeAttribute("aria-sort"); });
    var type = cell ? nameOf(cell.type) : "–";
    place("cell").textContent = cell ? cell.cell : "–";
    place("call").textContent = cell ? nameOf(cell.call) : "–";
    place("type").textContent = cell && cell.type !== cell["class"] ? nameOf(cell["class"]) + ": " + type : type;
    place("confidence").textContent = cell && cell.confidence !== null ? shorter(cell.confidence) : "–";
    var speaks = [0, 0];
    (cell ? cell.genes : []).forEach(function (gene) {
      var row = make("tr"), is_for = gene[3] > 0, is_mute = Math.abs(gene[3]) < 0.005;
      if (!is_mute) { speaks[is_for ? 0 : 1] += 1; }
      var name = make("th", { scope: "row" });
      name.appendChild(make(events ? "span" : "i", {}, gene[0]));
      row.appendChild(name);
      row.appendChild(make("td", { "class": "num" }, String(gene[1])));
      row.appendChild(make("td", { "class": "num" }, gene[2] === 0 && !events ? "< 0.0001" : String(gene[2])));
      row.appendChild(make("td", { "class": "num" }, gene[3].toFixed(2).replace("-", "\u2212")));
      var speech = make("td");
      body.appendChild(row);
      row.appendChild(speech);
      if (is_mute) { speech.textContent = "\u2013"; return; }
      var bar = make("span", { "class": is_for ? "bar for" : "bar against" });
      bar.style.width = Math.min(8, Math.abs(gene[3]) * 1.5) + "rem";
      speech.appendChild(bar);
      speech.appendChild(document.createTextNode(" " + (is_for ? type : words.target)));
    });
    place("genes").textContent = cell ? speaks[0] + " / " + speaks[1] : "–";
  }
  /* A probability that rounds to 1 is not 1. */
  function shorter(p) { return p > 0.9995 ? "> 0.999" : p < 0.0005 ? "< 0.001" : p.toFixed(3); }
  classes.addEventListener("change", fill);
  find.addEventListener("input", fill);
  list.addEventListener("change", answer);
  fill();
})();
