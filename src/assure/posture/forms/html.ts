// An audit's report as one HTML page: nothing is loaded, nothing runs, every text of others is escaped.
import { type Group, groupsOf, headOf, ignoredIn, stepOf } from "../report/groups.ts";
import type { AuditReport, Finding, Unsettled } from "../report/report.ts";
import { escapeMarkup, htmlPage } from "./markup.ts";

/** Places of one finding, findings of one group and items of one list that are told. */
const PLACES_MAX = 50;
const FINDINGS_MAX = 500;
const ITEMS_MAX = 500;
const STYLE = `
:root { color-scheme: light dark; --line: #8884; --dim: light-dark(#666, #aaa); --card: #8881; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
.score { display: flex; gap: 1.5rem; align-items: center; flex-wrap: wrap; }
.score b { font-size: 3rem; line-height: 1; }
meter { width: 14rem; height: 1.2rem; }
table { border-collapse: collapse; display: block; overflow-x: auto; max-width: 100%; } td, th { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top; }
details { border: 1px solid var(--line); border-left-width: .4rem; border-radius: .3rem; margin: .6rem 0; padding: .5rem .8rem; background: var(--card); }
summary { cursor: pointer; font-weight: 600; } code, pre { font: .9em/1.4 ui-monospace, monospace; overflow-wrap: anywhere; white-space: pre-wrap; }
.critical { border-left-color: #b00020; } .high { border-left-color: #d9480f; } .medium { border-left-color: #b8860b; } .low, .info { border-left-color: #3b82a0; }
.dim { color: var(--dim); font-weight: 400; } li { margin: .3rem 0; } dt { font-weight: 600; margin-top: .4rem; } dd { margin: 0; }
@media print { details { break-inside: avoid; } }
`;

/** The page. */
export function auditHtml(report: AuditReport): string {
  const { score, counts, waived, unseen, attest, notSeen, profile, target, at } = report;
  const title = `Audit of ${escapeMarkup(target)}`;
  const body = [
    `<h1>${title}</h1>`,
    `<p class="dim">${at.slice(0, 16).replace("T", " ")} UTC, sallyport ${escapeMarkup(report.version)}</p>`,
    score.value === null
      ? `<p>No score: ${escapeMarkup(score.none ?? "")}</p>`
      : `<div class="score"><b>${score.value}</b><div>of 100<br><meter min="0" max="100" low="50" high="85" optimum="100" value="${score.value}">${score.value}</meter></div></div>`,
    `<p class="dim">${escapeMarkup(score.formula)}</p>`,
    countsTable(counts),
    ...groupsOf(report).flatMap((group) => [
      `<h2>${escapeMarkup(headOf(group))}</h2>`,
      ...group.findings.slice(0, FINDINGS_MAX).map((one) => card(one, group)),
      ...more(group.findings.length - FINDINGS_MAX, "findings"),
    ]),
    ...ignoredLine(report),
    ...listOf(
      "Waived",
      waived.map(
        ({ id, title: what, waived: by }) =>
          `${code(id)} ${escapeMarkup(what)}, by ${escapeMarkup(by?.owner ?? "")} until ${by?.until ?? ""}`,
      ),
    ),
    ...listOf("Not seen, and so not passed", [
      ...unseen.map(unsettled),
      ...notSeen.map(({ what, why }) => `${code(what)}: ${escapeMarkup(why)}`),
    ]),
    ...listOf("For a person to say", attest.map(unsettled)),
    ...listOf(
      "What the repository's commands can do",
      (report.capabilities?.commands ?? []).flatMap(({ file, name, can }) =>
        can.length === 0
          ? []
          : [
              `${code(name)} <span class="dim">${escapeMarkup(file)}</span> ${can
                .map(({ kind, details }) => `<b>${kind}</b> ${escapeMarkup(details.join("; "))}`)
                .join(", ")}`,
            ],
      ),
    ),
    ...(profile === null ? [] : [profileTable(profile)]),
  ];
  return htmlPage(title, STYLE, body);
}

function ignoredLine(report: AuditReport): readonly string[] {
  const ignored = ignoredIn(report);
  if (ignored === undefined) return [];
  const { first, more: others, why } = ignored;
  return [`<h2>Ignored</h2><p>${code(first)}${others}: ${escapeMarkup(why)}</p>`];
}

function more(count: number, what: string): readonly string[] {
  return count > 0 ? [`<p>and ${count} more ${what}</p>`] : [];
}

function card(finding: Finding, { findings }: Group): string {
  const { id, title, severity, also, why, fix, faults, references, controls, note } = finding;
  const shown = faults.slice(0, PLACES_MAX);
  const left = faults.length - shown.length;
  const places = shown.map(({ file, line, evidence, message }) => {
    const at = file === undefined ? "" : `${code(line === undefined ? file : `${file}:${line}`)} `;
    return `<li>${at}${ownWords(message)}${evidence === "" ? "" : `<pre>${escapeMarkup(evidence)}</pre>`}</li>`;
  });
  const isOpen = severity === "critical" || findings.length <= 10;
  return [
    `<details class="${severity}"${isOpen ? " open" : ""}>`,
    `<summary>${severity}: ${escapeMarkup(title)}${along(finding)} <span class="dim">${escapeMarkup(id)}</span></summary>`,
    `<ul>${places.join("")}${left > 0 ? `<li>and ${left} more places</li>` : ""}</ul>`,
    ...(also.length === 0
      ? []
      : [
          `<p>Mended with it: ${also.map((one) => `${escapeMarkup(one.title)} ${code(one.id)}`).join(", ")}</p>`,
        ]),
    `<dl><dt>Why</dt><dd>${ownWords(why)}</dd><dt>Fix</dt><dd>${ownWords(fix)}</dd>`,
    ...(note === null ? [] : [`<dt>Note</dt><dd>${escapeMarkup(note)}</dd>`]),
    `</dl><p class="dim">${escapeMarkup([...references, ...controls].join(", "))}</p></details>`,
  ].join("\n");
}

/** What the terminal says of findings that one step mends together. */
function along(finding: Finding): string {
  const { also } = finding;
  return also.length === 0
    ? ""
    : `, and ${also.length} more that ${ownWords(stepOf(finding))} mends`;
}

function countsTable(counts: AuditReport["counts"]): string {
  const cells = [
    ...[["checks", counts.checks] as const, ["passed", counts.pass] as const],
    ...[["failed", counts.fail] as const, ["waived", counts.waived] as const],
    ...[["not seen", counts.unseen] as const, ["for a person", counts.attest] as const],
    ["without a case here", counts.notApplicable] as const,
  ];
  const row = (tag: string, texts: readonly (string | number)[]) =>
    `<tr>${texts.map((text) => `<${tag}>${text}</${tag}>`).join("")}</tr>`;
  return `<table>${row(
    "th",
    cells.map(([name]) => name),
  )}${row(
    "td",
    cells.map(([, count]) => count),
  )}</table>`;
}

function profileTable({ title, items }: NonNullable<AuditReport["profile"]>): string {
  const rows = items.map(
    ({ id, title: item, outcome, checks }) =>
      `<tr><td>${escapeMarkup(id)}</td><td>${escapeMarkup(item)}</td><td>${outcome}</td><td>${checks.length}</td></tr>`,
  );
  const head = "<tr><th>item</th><th></th><th>stands</th><th>checks</th></tr>";
  return `<h2>${escapeMarkup(title)}</h2><table>${head}${rows.join("")}</table>`;
}

function unsettled({ id, title, why }: Unsettled): string {
  return `${code(id)} ${escapeMarkup(title)} <span class="dim">(${escapeMarkup(why)})</span>`;
}

function listOf(title: string, items: readonly string[]): readonly string[] {
  if (items.length === 0) return [];
  return [
    `<h2>${title} (${items.length})</h2><ul>${items
      .slice(0, ITEMS_MAX)
      .map((item) => `<li>${item}</li>`)
      .join("")}</ul>`,
    ...more(items.length - ITEMS_MAX, "of these"),
  ];
}

/** Words of a check, where backticks stand around what is code. */
function ownWords(text: string): string {
  return escapeMarkup(text).replaceAll(/`([^`]+)`/g, "<code>$1</code>");
}

function code(text: string): string {
  return `<code>${escapeMarkup(text)}</code>`;
}
