// The graph of a session in words and as a drawing (DOT). All names in it are foreign: nothing of them may steer a terminal or end a quoted name.
import { printable } from "#base/printable.ts";
import type { ChainKind } from "#guard/facts/facts.ts";
import type { Chain } from "./chains.ts";
import type { SessionGraph } from "./graph.ts";

const CHAINS_SHOWN = 5;
const CHARS = 140;

const WORDS: Readonly<Record<ChainKind, string>> = {
  "fetched-code-runs": "code that was fetched runs",
  "secret-leaves": "a secret goes out",
  "told-then-acts": "somebody else's text is read, then this",
};

/** The chains as lines below a heading, the most telling first; none where there is none. Two blanks begin what belongs to a heading. */
export function chainLines(chains: readonly Chain[]): readonly string[] {
  if (chains.length === 0) return [];
  const shown = chains.slice(0, CHAINS_SHOWN);
  const left = chains.length - shown.length;
  return [
    "",
    "worth a look:",
    ...shown.flatMap(({ kind, score, from, steps, isStopped }) => [
      `  ${WORDS[kind]} (${score.toFixed(2)}): ${from.trust} ${text(from.name)}`,
      ...steps.map(
        ({ index, words }, at) =>
          `    #${index} ${text(words)}${isStopped && at === steps.length - 1 ? "  (REFUSED)" : ""}`,
      ),
    ]),
    ...(left === 0 ? [] : [`  and ${left} more: \`--graph --json\``]),
  ];
}

const SHAPES: Readonly<Record<string, string>> = {
  request: "note",
  call: "box",
  refused: "box",
  agent: "hexagon",
};

/** The graph in the language of Graphviz: requests and calls as boxes, places round, what was refused red. */
export function graphDot({ nodes, edges }: SessionGraph): string {
  const numbers = new Map(nodes.map(({ id }, at) => [id, at]));
  return [
    "digraph session {",
    '  rankdir=LR; node [fontname="sans-serif", fontsize=10];',
    ...nodes.map(({ kind, name }, at) => {
      const shape = SHAPES[kind] ?? "ellipse";
      const colour = kind === "refused" ? ', color="red"' : "";
      return `  n${at} [shape=${shape}${colour}, label="${quoted(`${kind}: ${name}`)}"];`;
    }),
    ...edges.map(
      ({ from, to, kind }) => `  n${numbers.get(from)} -> n${numbers.get(to)} [label="${kind}"];`,
    ),
    "}",
    "",
  ].join("\n");
}

function quoted(name: string): string {
  return text(name).replaceAll("\\", "\\\\").replaceAll('"', '\\"');
}

function text(words: string): string {
  const line = words.replaceAll(/\s+/g, " ").trim();
  return printable(line.length > CHARS ? `${line.slice(0, CHARS)}...` : line);
}
