// The set of documents that an organisation asks for: each is there, and what can be made of data is made of it.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Control } from "#assure/control/control.ts";
import { loadCatalogue } from "#surface/foundation/product/shipped-data.ts";
import { controlsOf } from "#surface/services/evidence/shipped-controls.ts";
import { loadCheckFamilies } from "#surface/services/posture/shipped-checks.ts";
import { loadChecklists } from "#surface/services/posture/audit.ts";

const at = (page: string) => new URL(`../../docs/${page}`, import.meta.url);
/** The documents of M18.7 and M18.11, and where each is. */
const SET: Readonly<Record<string, string>> = {
  "enterprise setup": "guide/enterprise-setup.md",
  "permission reference": "reference/permissions.md",
  "best practices": "reference/best-practices.md",
  "CI/CD integration": "guide/ci.md",
  "compliance checklists": "reference/compliance-checklists.md",
};

const MADE: Readonly<Record<string, () => string>> = {
  "reference/permissions.md": permissions,
  "reference/best-practices.md": bestPractices,
  "reference/compliance-checklists.md": complianceChecklists,
};
const RENEW = "`UPDATE=1 npx vitest run test/guide/docs-set.test.ts`";
const cell = (text: string) =>
  text
    .replaceAll("|", "\\|")
    .replaceAll(/\s*\n\s*/g, " ")
    .trim();
const row = (...cells: readonly string[]) => `| ${cells.map(cell).join(" | ")} |`;

describe("the set of documents", () => {
  it.each(Object.entries(SET))("%s: %s is there", (_, page) => {
    expect(existsSync(at(page))).toBe(true);
    expect(readFileSync(at(page), "utf8").length).toBeGreaterThan(1_000);
  });
  it.each(Object.entries(MADE))("%s is what the data says (UPDATE=1 writes it)", (page, make) => {
    const made = make();
    if (process.env["UPDATE"] === "1") writeFileSync(at(page), made);
    expect(existsSync(at(page)) ? readFileSync(at(page), "utf8") : "").toBe(made);
  });
  it("the checklists have every control of the three frameworks and every attestation", () => {
    const page = complianceChecklists();
    const controls = ["soc2", "hipaa", "gdpr"].flatMap((framework) => controlsOf(framework));
    expect(controls.length).toBeGreaterThan(40);
    for (const { reference, attestations } of controls) {
      expect(page).toContain(`**${reference}**`);
      for (const { about } of attestations) expect(page).toContain(`attestation add ${about} `);
    }
    expect(page.match(/^ *- \[ \] /gm)?.length ?? 0).toBeGreaterThan(100);
  });
});

function permissions(): string {
  const { keys, tools, modes } = loadCatalogue();
  const own = keys.filter(({ key }) => key.startsWith("permissions."));
  expect([own.length, tools.length, modes.length].every((count) => count > 4)).toBe(true);
  return [
    "# Permissions of the client",
    `Made of \`data/client\` by ${RENEW}. What the client of version 2.1.328 does with rules and modes. What people think that rules do, and what passes by them stands in \`docs/reference/native-rules.md\` of the repository.`,
    `A rule is a tool with or without brackets, in one of three lists. \`deny\` wins over \`ask\`, and \`ask\` over \`allow\`, from whatever file each comes. A rule speaks of a tool and a spelling. sallyport judges what a call does, whatever it is called (\`docs/reference/native-and-ours.md\` has both beside each other).`,
    "## Lists and keys",
    ["| key | what it does | works in | security |", "|---|---|---|---|"]
      .concat(
        own.map(({ key, does, layers = [], security = "" }) =>
          row(`\`${key}\``, does, layers.join(", "), security),
        ),
      )
      .join("\n"),
    "## Tools, and what stands in the brackets",
    ["| tool | brackets | covered by | what it does |", "|---|---|---|---|"]
      .concat(
        tools.map(({ name, bracket, real, does = "" }) =>
          row(`\`${name}\``, bracket, real === undefined ? "" : `\`${real}\``, does),
        ),
      )
      .join("\n"),
    "## Modes",
    "What becomes of a call that no rule names. [All of it](modes.md), with which mode is for what.",
    ["| mode | security | edits | commands | everything else |", "|---|---|---|---|---|"]
      .concat(
        modes.map(({ name, security, edits, commands, rest }) =>
          row(`\`${name}\``, security, edits, commands, rest),
        ),
      )
      .join("\n"),
    "`sallyport policy lint FILE` says what in a settings file does not do what it seems to.",
    "",
  ]
    .join("\n\n")
    .trimEnd()
    .concat("\n");
}

const SHOWN = ["minimum", "baseline", "common-mistakes", "anti-patterns", "ongoing"] as const;
const GRAVEST = ["critical", "high", "medium", "low", "info"];

function bestPractices(): string {
  const checks = loadCheckFamilies().flatMap((family) => family.checks);
  const byId = new Map(checks.map((check) => [check.id, check]));
  const lists = loadChecklists(checks).filter(({ id }) => SHOWN.some((one) => one === id));
  expect(lists).toHaveLength(SHOWN.length);
  const sections = SHOWN.flatMap((name) => lists.filter(({ id }) => id === name)).map((list) => {
    const rows = list.items.map(({ title, checks: ids }) => {
      const answering = ids.flatMap((id) => byId.get(id) ?? []);
      const [first] = answering.toSorted(
        (one, other) => GRAVEST.indexOf(one.severity) - GRAVEST.indexOf(other.severity),
      );
      const more = answering.length > 1 ? `, and ${answering.length - 1} more` : "";
      return row(title, first?.why ?? "", first?.fix ?? "", `\`${first?.id ?? ""}\`${more}`);
    });
    return [
      `## ${list.title}`,
      `\`sallyport audit --profile ${list.id}\` says how it stands here.`,
      ["| item | why | what to do | check |", "|---|---|---|---|", ...rows].join("\n"),
    ].join("\n\n");
  });
  return [
    "# Best practices",
    `Made of \`data/checklists\` and \`data/checks\` by ${RENEW}. Each item of five checklists with the reason and the repair of the gravest check that answers it. [All checks](checks.md).`,
    ...sections,
  ]
    .join("\n\n")
    .concat("\n");
}

function complianceChecklists(): string {
  const sections = ["soc2", "hipaa", "gdpr"].map((framework) => {
    const controls = controlsOf(framework);
    return [
      `## ${controls[0]?.framework ?? framework}`,
      `- [ ] \`sallyport comply profile ${framework}\` shows what the framework needs in this project; \`--apply\` does it\n- [ ] \`sallyport evidence status --framework ${framework}\` shows no gap\n- [ ] \`sallyport evidence collect --framework ${framework} --from DAY --to DAY --out FILE\` made the pack of the period, and \`evidence verify\` says that it is good`,
      ...controls.map(controlBoxes),
    ].join("\n\n");
  });
  return [
    "# Compliance checklists",
    `Made of \`data/controls\` by ${RENEW}. What to tick off for SOC 2, HIPAA and the GDPR: what the record shows by itself, and what people have to attest. A list that is ticked off supports an assessment; it is none. How it works: [evidence for an assessment](../guide/evidence.md). Everything that each control looks at: [controls](controls.md).`,
    ...sections,
  ]
    .join("\n\n")
    .concat("\n");
}

function controlBoxes({
  reference,
  title,
  evidence,
  checks,
  attestations,
  limits,
}: Control): string {
  const counted = evidence.map((one) => one.title).join("; ");
  return [
    `- [ ] **${reference}** ${title}`,
    ...(counted === "" ? [] : [`  - [ ] on record: ${counted}`]),
    ...(checks.length === 0
      ? []
      : [
          `  - [ ] \`sallyport audit --all\` finds none of: ${checks.map((id) => `\`${id}\``).join(", ")}`,
        ]),
    ...attestations.map(
      ({ about, needs }) =>
        `  - [ ] attested: ${needs} (\`sallyport attestation add ${about} --evidence FILE --for 365d --reason TEXT\`)`,
    ),
    `  - not shown: ${limits.join(" ")}`,
  ].join("\n");
}
