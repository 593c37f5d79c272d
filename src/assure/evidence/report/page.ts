// An evidence pack as one page of HTML to be read or printed: nothing is loaded, nothing runs, every text of others is escaped.
import { escapeMarkup, htmlPage } from "../../posture/forms/markup.ts";
import type { Attested } from "../attested-state.ts";
import { momentText } from "../gap.ts";
import type { PackedControl, PackManifest } from "../manifest.ts";

/** Gaps, groups and references of one control that a page tells; of more it says how many. */
const GAPS_MAX = 200;
const GROUPS_MAX = 24;

const STYLE = `
:root { color-scheme: light dark; --line: #8884; --dim: light-dark(#666, #aaa); --card: #8881; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin: 1.5rem 0 .3rem; } h3 { font-size: .95rem; margin: .8rem 0 .2rem; }
table { border-collapse: collapse; width: 100%; } td, th { text-align: left; padding: .25rem .5rem; border-bottom: 1px solid var(--line); vertical-align: top; }
td.n { text-align: right; font-variant-numeric: tabular-nums; }
section { border-left: .35rem solid #3b82a0; padding-left: .8rem; margin: 1.4rem 0; break-inside: avoid-page; }
section.gap { border-color: #d9480f; } section.bare { border-color: #b8860b; } section.attested { border-color: #6b7280; }
.status { font-weight: 600; } .dim { color: var(--dim); } code { font: .88em ui-monospace, monospace; overflow-wrap: anywhere; } ul { margin: .2rem 0; padding-left: 1.2rem; }
@media print { body { margin: 0; max-width: none; font-size: 10pt; } a { color: inherit; } }
`;
const CLASSES = {
  supported: "",
  gap: "gap",
  "not evidenced": "bare",
  attested: "attested",
} as const;

/** The page of a pack. `digest` is that of its manifest. */
export function packHtml(
  manifest: PackManifest,
  controls: readonly PackedControl[],
  digest: string,
): string {
  const { title, period, log, collected, product, says, proofs, policies } = manifest;
  const head = `Evidence for ${escapeMarkup(title)}, ${escapeMarkup(period.from)} to ${escapeMarkup(period.to)}`;
  const facts: readonly (readonly [string, string])[] = [
    ["Collected", `${collected}, by sallyport ${product}`],
    ["Log", `${log.size} entries of ${log.origin}, root ${log.root}`],
    [
      "Log read whole",
      log.rederived === "yes"
        ? "its entries make the signed root"
        : "older entries were removed on record: the root was not computed from entries",
    ],
    [
      "Proofs",
      `${proofs.held} in the pack${proofs.omitted > 0 ? `, ${proofs.omitted} left out` : ""}`,
    ],
    [
      "Policies now",
      policies.map((one) => `${one.project}: ${one.digest}`).join("; ") || "none looked at",
    ],
    ["Digest of the manifest", digest],
  ];
  return htmlPage(head, STYLE, [
    `<h1>${head}</h1>`,
    `<p>${escapeMarkup(says)}</p>`,
    `<table>${facts.map(([name, text]) => `<tr><th>${name}</th><td>${escapeMarkup(text)}</td></tr>`).join("")}</table>`,
    "<h2>Controls</h2>",
    `<table><tr><th>Control</th><th>Subject</th><th>Status</th><th>Gaps</th></tr>${controls.map(row).join("")}</table>`,
    ...controls.map(section),
  ]);
}

function row({ id, reference, title, status, gaps }: PackedControl): string {
  return `<tr><td><a href="#${escapeMarkup(id)}">${escapeMarkup(reference)}</a></td><td>${escapeMarkup(title)}</td><td class="status">${status}</td><td class="n">${gaps.length}</td></tr>`;
}

function section(control: PackedControl): string {
  const { id, reference, title, description, status, says, also, gaps, notes, limits } = control;
  return [
    `<section id="${escapeMarkup(id)}" class="${CLASSES[status]}">`,
    `<h2>${escapeMarkup(reference)} ${escapeMarkup(title)}</h2>`,
    `<p><span class="status">${status}</span>: ${escapeMarkup(says)}</p>`,
    `<p>${escapeMarkup(description)}</p>`,
    also.length === 0 ? "" : `<p class="dim">Also: ${escapeMarkup(also.join(", "))}</p>`,
    listOf(
      "Gaps",
      gaps.map(({ kind, reason }) => `<b>${kind}</b>: ${escapeMarkup(reason)}`),
    ),
    evidenceTable(control),
    attestationTable(control),
    listOf(
      "Posture",
      control.checks.map(
        ({ check, project, outcome, says: said }) =>
          `<code>${escapeMarkup(check)}</code> in ${escapeMarkup(project)}: ${outcome}, ${escapeMarkup(said)}`,
      ),
    ),
    listOf(
      "Detections in force",
      control.detections.map(
        (one) =>
          `<code>${escapeMarkup(one.id)}</code>: ${one.isInForce ? `${one.alerts} alerts in the period` : "not there"}`,
      ),
    ),
    listOf("Not looked at", notes.map(escapeMarkup)),
    listOf(
      "Accepted by a person",
      control.waivers.map(
        ({ owner, expiresMs }) => `until ${momentText(expiresMs)}, owner ${escapeMarkup(owner)}`,
      ),
    ),
    listOf("What this does not show", limits.map(escapeMarkup)),
    "</section>",
  ].join("");
}

function evidenceTable({ evidence }: PackedControl): string {
  if (evidence.length === 0) return "";
  const rows = evidence.map(({ title, count, groups, first, last, query }) => {
    const split = Object.entries(groups ?? {});
    const shown = split.slice(0, GROUPS_MAX).map(([name, many]) => `${name} ${many}`);
    const more = split.length > shown.length ? `, and ${split.length - shown.length} more` : "";
    const when = first === null || last === null ? "" : `${first} to ${last}`;
    return `<tr><td class="n">${count}</td><td>${escapeMarkup(title)}<br><span class="dim">${escapeMarkup(shown.join(", "))}${more}</span></td><td>${escapeMarkup(when)}</td><td><code>${escapeMarkup(JSON.stringify(query))}</code></td></tr>`;
  });
  return `<h3>Evidence</h3><table><tr><th>Count</th><th>Of what</th><th>When</th><th>Query</th></tr>${rows.join("")}</table>`;
}

function attestationTable({ attestations }: PackedControl): string {
  if (attestations.length === 0) return "";
  const rows = attestations.map(({ about, needs, state, attested }) => {
    const of = (asked: Attested["kind"]) =>
      attested.findLast(({ kind, isWithdrawn }) => kind === asked && !isWithdrawn);
    const [last, against] = [of("attestation"), of("objection")];
    const by = [
      ...(last === undefined ? [] : [byWords(last)]),
      ...(against === undefined ? [] : [`attested not to be so: ${byWords(against)}`]),
    ].join("; ");
    return `<tr><td><code>${escapeMarkup(about)}</code></td><td>${escapeMarkup(needs)}</td><td>${state}</td><td>${escapeMarkup(by)}</td></tr>`;
  });
  return `<h3>Attested by people</h3><table><tr><th>About</th><th>What was looked at</th><th>State</th><th>By whom</th></tr>${rows.join("")}</table>`;
}

function byWords({ owner, expiresMs, document }: Attested): string {
  const paper = document === null ? "" : `, document ${document}`;
  return `owner ${owner}, until ${momentText(expiresMs)}${paper}`;
}

function listOf(title: string, items: readonly string[]): string {
  if (items.length === 0) return "";
  const shown = items.slice(0, GAPS_MAX).map((item) => `<li>${item}</li>`);
  const more = items.length > GAPS_MAX ? `<li>and ${items.length - GAPS_MAX} more</li>` : "";
  return `<h3>${title}</h3><ul>${shown.join("")}${more}</ul>`;
}
