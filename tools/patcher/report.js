// SPDX-License-Identifier: MIT
// The page of `parapet scan --format html`: four views of one list of
// findings, chosen by the address behind "#" so that the browser's "back"
// works. The rule: findings and source come as data and are put in as text,
// never as markup.
"use strict";

const data = JSON.parse(document.getElementById("data").textContent);
const findings = data.findings;
const by = id => document.getElementById(id);
const FILTERS = ["class", "phase", "action"];
const PHASES = ["boot", "early", "runtime", "user"]; // as a kernel runs
const SEVERITIES = ["error", "warning", "note"];
const AT_ONCE = 300; // findings, before "more" is asked for
const NEAR = 6;      // lines around a mark that are not folded

function element(name, text, className) {
    const made = document.createElement(name);
    made.textContent = text || "";
    if (className)
        made.className = className;
    return made;
}

function button(text, action) {
    const made = element("button", text);
    made.addEventListener("click", action);
    return made;
}

function link(text, where) {
    const made = element("a", text);
    made.setAttribute("href", "#" + where);
    return made;
}

const place = f => `source/${encodeURIComponent(f.file)}/${f.line}`;

// What is ticked off, by the findings' ids: kept by the browser as well, where
// it lets a file keep something, so that it is there after the next scan.
const done = new Set();
try {
    JSON.parse(localStorage.getItem("parapet-done") || "[]")
        .forEach(id => done.add(id));
} catch (e) {
    by("shown").title = "what is ticked off is forgotten with this page";
}

function tick(f, isDone) {
    if (isDone)
        done.add(f.id);
    else
        done.delete(f.id);
    try {
        localStorage.setItem("parapet-done", JSON.stringify([...done]));
    } catch (e) {
        return; // it is still kept as long as the page is open
    }
}

function count(key) {
    const found = new Map();
    for (const f of findings)
        found.set(f[key], (found.get(f[key]) || 0) + 1);
    return found;
}

function summary() {
    const table = element("table"), head = element("tr");
    const actions = [...count("action").keys()].sort();
    for (const word of ["class", "found", ...actions])
        head.append(element("th", word));
    table.append(head);
    for (const [name, number] of count("class")) {
        const row = element("tr"), cell = element("td");
        cell.append(button(name, () => {
            by("class").value = by("class").value === name ? "" : name;
            refresh();
        }));
        row.append(cell, element("td", String(number)));
        for (const action of actions)
            row.append(element("td", String(findings.filter(
                f => f.class === name && f.action === action).length)));
        table.append(row);
    }
    by("summary").append(table, element("p",
        `${data.files} files, ${data.lines} lines`, "small"));
}

function wanted(f) {
    return FILTERS.every(key => !by(key).value || f[key] === by(key).value) &&
           f.file.includes(by("file").value);
}

// The lines of a file that the page holds: number -> text.
const held = new Map();
function linesOf(file) {
    if (!held.has(file)) {
        const lines = new Map();
        for (const [first, text] of (data.sources[file] || { parts: [] }).parts)
            text.split("\n").forEach((line, i) => lines.set(first + i, line));
        held.set(file, lines);
    }
    return held.get(file);
}

// Puts a line's text into an element, with the places of findings marked.
function putMarked(into, text, found) {
    let at = 0;
    for (const f of found) {
        if (f.from < at || f.to <= f.from)
            continue;
        into.append(text.slice(at, f.from),
                    element("mark", text.slice(f.from, f.to)));
        at = f.to;
    }
    into.append(text.slice(at));
}

function details(f) {
    const box = element("div", "", "details");
    if (f.replacement)
        box.append(element("pre", (f.action === "rewrite" ? "→ " : "perhaps: ")
                           + f.replacement));
    const words = [f.class, f.form, f.function, f.phase, f.action, f.reason];
    const line = element("div", words.filter(x => x).join(" · ") + " · ",
                         "small");
    line.append(link("guide: " + f.topic, "guide/" + f.topic));
    box.append(line);
    return box;
}

function show(f) {
    const box = element("div", "", "finding " + f.severity);
    const head = element("b"), line = element("pre");
    head.append(link(`${f.file}:${f.line}:${f.column}`, place(f)));
    box.append(head, element("span", `  ${f.what}: ${f.advice}`));
    putMarked(line, linesOf(f.file).get(f.line) || "", [f]);
    box.append(line, details(f));
    return box;
}

function showTask(f) {
    const box = show(f), check = element("input");
    check.type = "checkbox";
    check.checked = done.has(f.id);
    box.classList.toggle("done", check.checked);
    check.addEventListener("change", () => {
        tick(f, check.checked);
        box.classList.toggle("done", check.checked);
        sayHowMany();
    });
    box.prepend(check);
    return box;
}

// Shows the first findings of a list, and a button for those after them. A
// heading stands wherever its text changes.
function showList(list, showOne, heading) {
    const box = element("div");
    let from = 0, last = "";
    const more = button("", () => {
        more.remove();
        for (const f of list.slice(from, from + AT_ONCE)) {
            if (heading(f) !== last)
                box.append(element("h3", last = heading(f)));
            box.append(showOne(f));
        }
        from += AT_ONCE;
        if (from < list.length) {
            more.textContent = `${list.length - from} more`;
            more.id = "more";
            box.append(more);
        }
    });
    more.click();
    by("view").replaceChildren(box);
}

// What is left to do, in the order in which a kernel runs into it.
const isTask = f => f.action === "by-hand";
const tasks = findings.filter(isTask).map((f, i) => [f, i]).sort((a, b) =>
    PHASES.indexOf(a[0].phase) - PHASES.indexOf(b[0].phase) ||
    SEVERITIES.indexOf(a[0].severity) - SEVERITIES.indexOf(b[0].severity) ||
    a[1] - b[1]).map(pair => pair[0]);

// Lines that are far from every mark, folded into a button that shows them.
function putFold(box, rows) {
    if (rows.length < 4) {
        box.append(...rows);
        return;
    }
    const fold = button(`⋯ ${rows.length} lines`, () =>
        fold.replaceWith(...rows));
    fold.className = "fold";
    box.append(fold);
}

function sourceLine(number, text, found, isHere) {
    const row = element("div", "", "line");
    row.append(element("span", String(number), "number"));
    putMarked(row, text, found);
    if (isHere)
        row.classList.add("here");
    if (!found.length)
        return row;
    row.classList.add("marked", found[0].severity);
    row.id = "line-" + number;
    const notes = element("div", "", "notes");
    const toggle = () => notes.replaceChildren(
        ...(notes.children.length ? [] : found.map(f =>
            (isTask(f) ? showTask : show)(f))));
    row.addEventListener("click", toggle);
    if (isHere)
        toggle();
    const both = element("div");
    both.append(row, notes);
    return both;
}

function code(file, here) {
    const box = element("div", "", "code"), lines = linesOf(file);
    const found = new Map();
    for (const f of findings)
        if (f.file === file)
            found.set(f.line, [...(found.get(f.line) || []), f]);
    const near = new Set();
    for (const line of [...found.keys(), here])
        for (let n = line - NEAR; n <= line + NEAR; n++)
            near.add(n);
    let far = [], last = 0;
    const missing = to => {
        if (to > last + 1)
            box.append(element("div", `lines ${last + 1} to ${to - 1} are ` +
                               "not in this page", "missing"));
    };
    for (const [number, text] of lines) {
        if (far.length && (near.has(number) || number > last + 1)) {
            putFold(box, far);
            far = [];
        }
        missing(number);
        const row = sourceLine(number, text, found.get(number) || [],
                               number === here);
        if (near.has(number))
            box.append(row);
        else
            far.push(row);
        last = number;
    }
    putFold(box, far);
    missing((data.sources[file] || { lines: 0 }).lines + 1);
    return box;
}

function showSource(file, here) {
    const files = element("div", "", "files"), numbers = new Map();
    for (const f of findings.filter(wanted))
        numbers.set(f.file, (numbers.get(f.file) || 0) + 1);
    for (const [name, number] of numbers)
        files.append(button(`${name} (${number})`, () => {
            location.hash = `source/${encodeURIComponent(name)}/0`;
        }));
    by("view").replaceChildren(files);
    if (!file)
        return;
    by("view").append(element("h2", file), button("all lines", () =>
        document.querySelectorAll(".fold").forEach(fold => fold.click())),
        code(file, here));
    const row = document.querySelector(".line.here");
    if (row)
        row.scrollIntoView({ block: "center" });
}

function showGuide(topic) {
    const box = element("div");
    for (const part of data.guide.split(/^## /m)) {
        const [name, ...rest] = part.split("\n");
        box.append(element("h3", name.replace(/^# /, "")),
                   element("p", rest.join("\n").trim()));
    }
    by("view").replaceChildren(box);
    for (const head of box.querySelectorAll("h3"))
        if (head.textContent === topic)
            head.scrollIntoView();
}

const VIEWS = {
    worklist: () => showList(tasks.filter(wanted), showTask,
                             f => "phase: " + f.phase),
    findings: () => showList(findings.filter(wanted), show, f => f.file),
    source: (file, line) => showSource(file, Number(line)),
    guide: topic => showGuide(topic),
};

function sayHowMany() {
    const left = tasks.filter(wanted);
    by("shown").textContent =
        `${findings.filter(wanted).length} of ${findings.length} findings; ` +
        `${left.filter(f => done.has(f.id)).length} of ${left.length} by ` +
        "hand done";
}

function refresh() {
    const words = location.hash.slice(1).split("/").map(decodeURIComponent);
    const name = words[0] in VIEWS ? words[0] : "worklist";
    sayHowMany();
    by("views").replaceChildren(...Object.keys(VIEWS).map(view => {
        const made = link(view, view);
        made.className = view === name ? "here" : "";
        return made;
    }));
    VIEWS[name](...words.slice(1));
}

for (const key of FILTERS) {
    for (const name of [...count(key).keys()].sort())
        by(key).append(element("option", name));
    by(key).addEventListener("change", refresh);
}
by("file").addEventListener("input", refresh);
window.addEventListener("hashchange", refresh);
summary();
refresh();
