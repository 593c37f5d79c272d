// The page `docs/reference/settings-keys.md`: the catalogue of the client as tables that a person reads.
import type { Catalogue, CataloguePart, KnownKey } from "#govern/settings/catalogue.ts";
import { pageTable } from "../reference-page.ts";

const SECURITY_WORDS = {
  limits: "limits",
  widens: "widens",
  "runs-code": "runs code",
  redirects: "redirects",
  keeps: "keeps or sends",
} as const;

/** The page for a catalogue. */
export function buildPage({ parts, client }: Catalogue): string {
  return [
    "# What the client reads from settings",
    "",
    `Generated from \`data/client\` for client ${client}; \`UPDATE=1 npx vitest run test/govern/settings/catalogue.test.ts\` writes it again.`,
    "`sallyport policy lint` holds settings files against it. Names and types are held against the client itself by a test.",
    "",
    "- **works in**: the files in which the client heeds the key; empty is all of them: managed settings, `--settings` on the",
    "  command line, `.claude/settings.local.json`, `.claude/settings.json`, and the person's own file.",
    "- **security**: the key *limits* or *widens* what agent and people may do, *runs code*, *redirects* whom the client talks to",
    "  or believes, or decides what it *keeps or sends*.",
    "- **wrong value**: what it costs in the file of a person or a project: all of the **file**, its deny rules too, or this **key**.",
    "- **strict** is the value that the client itself takes for the strict one, **not in** a version that was looked at and does",
    "  not know the key: such a client ignores it without a word.",
    "",
    // The modes have a page of their own.
    ...parts
      .filter(({ modes, releases }) => modes.length === 0 && releases.length === 0)
      .flatMap(section),
  ].join("\n");
}

function section(part: CataloguePart): readonly string[] {
  return [
    `## ${part.title}`,
    "",
    part.description,
    "",
    ...pageTable(
      ["key", "type", "what it does", "works in", "security", "wrong value", "strict", "not in"],
      part.keys.map(keyCells),
    ),
    ...pageTable(
      ["event", "when", "an answer can hold it", "not in"],
      part.events.map(({ name, does, blocks, since, until, absent }) => [
        `\`${name}\``,
        told(does, { since, until }),
        blocks ? "yes" : "",
        absent ?? "",
      ]),
    ),
    ...pageTable(
      ["written about", "what to do", "real keys", "item"],
      part.invented.map(({ key, instead, real, item }) => [
        `\`${key}\``,
        instead,
        real.map((name) => `\`${name}\``).join(", "),
        item,
      ]),
    ),
    ...pageTable(
      ["variable", "what it does", "security", "not in"],
      part.variables.map(({ name, does, security, since, until, absent }) => [
        `\`${name}\``,
        told(does, { since, until }),
        security === undefined ? "" : SECURITY_WORDS[security],
        absent ?? "",
      ]),
    ),
    ...pageTable(
      ["variable that is no input of the client", "what to do", "item"],
      part.invented_variables.map(({ name, instead, item }) => [`\`${name}\``, instead, item]),
    ),
    ...pageTable(
      ["tool", "in brackets", "rules that cover it", "what to know"],
      part.tools.map(({ name, bracket, real, does, since, until }) => [
        `\`${name}\``,
        bracket === "none" ? "matches nothing" : bracket,
        real === undefined ? "" : `\`${real}\``,
        told(does ?? "", { since, until }),
      ]),
    ),
    ...[
      ["fields of payloads", part.payload_fields] as const,
      ["fields of tools' input", part.tool_fields] as const,
      ["events of mods", part.mod_events] as const,
      ["flags", part.flags] as const,
      ["variables that a repository's settings cannot set", part.start_only] as const,
    ].flatMap(([kind, names]) => nameLines(kind, names)),
    ...pageTable(
      ["old name", "taken for"],
      part.renamed.map(({ name, to }) => [`\`${name}\``, `\`${to}\``]),
    ),
  ];
}

function nameLines(kind: string, names: CataloguePart["start_only"]): readonly string[] {
  if (names.length === 0) return [];
  const dated = names.filter((one) => one.since !== undefined || one.until !== undefined);
  return [
    `**${kind}**, ${names.length}: ${names.map(({ name }) => `\`${name}\``).join(" ")}`,
    "",
    ...pageTable(
      ["name", "known"],
      dated.map((one) => [`\`${one.name}\``, told("", one)]),
    ),
  ];
}

type Span = { readonly since?: string | undefined; readonly until?: string | undefined };

function told(does: string, { since, until }: Span): string {
  const first = since === undefined ? [] : [`Since ${since}.`];
  const last = until === undefined ? [] : [`Until ${until}.`];
  return [...(does === "" ? [] : [does]), ...first, ...last].join(" ");
}

function keyCells(known: KnownKey): readonly string[] {
  const { key, type, values, layers, since, until, absent, invalid, security, strictest, does } =
    known;
  const kind = values?.map((value) => `\`${value}\``).join(" ") ?? [type].flat().join(" or ");
  return [
    `\`${key}\``,
    kind,
    told(does, { since, until }),
    layers?.join(", ") ?? "",
    security === undefined ? "" : SECURITY_WORDS[security],
    invalid ?? "file",
    strictest === undefined ? "" : `\`${strictest}\``,
    absent ?? "",
  ];
}
