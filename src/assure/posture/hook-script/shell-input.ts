// Which variables of a hook's shell code hold input, and of what: from `read`, `cat`, `jq` and what is made of their output.
import {
  childrenOf,
  type Command,
  type Redirection,
  type SyntaxNode,
} from "#guard/shell/syntax/syntax.ts";
import { type Subject, subjectOf } from "./reading.ts";
import {
  expandedIn,
  HOLE,
  subjectsIn,
  substitutedIn,
  textOfWord,
  type Variables,
} from "./shell-values.ts";

/** Programs that read standard input when no file is named. */
const READERS = [
  "cat",
  "jq",
  "tee",
  "python",
  "python3",
  "node",
  "sed",
  "awk",
  "tr",
  "head",
  "tail",
  "cut",
  "grep",
  "egrep",
  "perl",
  "ruby",
  "gawk",
  "mapfile",
  "dd",
  "base64",
  "yq",
  "gojq",
  "sort",
  "timeout",
];

/** Names that the code sets, and what it is known of each. Flow does not matter: a name that ever holds input does. */
export function variablesOf(script: SyntaxNode): Variables & { readonly set: ReadonlySet<string> } {
  const constants = new Map<string, readonly string[]>();
  const inputs = new Map<string, Set<Subject>>();
  const set = new Set<string>();
  const variables: Variables = { constants, inputs };
  const note = (name: string, subjects: readonly Subject[]) => {
    if (subjects.length === 0) return;
    const known = inputs.get(name) ?? new Set<Subject>();
    for (const subject of subjects) known.add(subject);
    inputs.set(name, known);
  };
  // WHY three times: a name may be made of one that is set further down, in a loop or a function.
  for (let round = 0; round < 3; round += 1) {
    visitAll(script, (node) => {
      if (node.type === "Assignment") {
        const self =
          "type" in node.value && expandedIn(node.value).some(({ name }) => name === node.name);
        if (!self) set.add(node.name);
        note(node.name, subjectsOfValue(node.value, variables));
        const texts =
          node.value.type === "ArrayValue"
            ? node.value.elements.map((element) => textOfWord(element, variables, () => false))
            : [textOfWord(node.value, variables, () => false)];
        if (texts.every((text) => !text.includes(HOLE)) && node.append !== true)
          constants.set(
            node.name,
            round === 0 || !constants.has(node.name) ? texts : (constants.get(node.name) ?? texts),
          );
      }
      if (node.type === "For") {
        set.add(node.name.value);
        for (const word of node.wordlist ?? [])
          note(node.name.value, subjectsOfValue(word, variables));
        const listed = (node.wordlist ?? []).flatMap((word) => {
          const [only] = expandedIn(word);
          if (only !== undefined && constants.has(only.name)) return constants.get(only.name) ?? [];
          const text = textOfWord(word, variables, () => false);
          return text.includes(HOLE) ? [] : [text];
        });
        constants.set(node.name.value, listed);
      }
      if (node.type === "Command") {
        for (const name of namesRead(node)) {
          set.add(name);
          note(name, subjectsFed(node, script, variables));
        }
      }
    });
  }
  return { constants, inputs, set };
}

/** What `read` gets: what it or the loop around it is given, else the hook's input. */
function subjectsFed(
  command: Command,
  script: SyntaxNode,
  variables: Variables,
): readonly Subject[] {
  let redirects: readonly Redirection[] = command.redirects;
  visitAll(script, (node) => {
    if (node.type === "Redirected" && node.pos <= command.pos && node.end >= command.end)
      redirects = [...redirects, ...node.redirects];
  });
  const given = redirects.filter((one) => one.type !== "Redirect" || one.operator === "<");
  if (given.length === 0) return ["payload"];
  return given.flatMap((one) => {
    if (one.type === "HereDoc") return subjectsIn(one.body, variables);
    return one.target === undefined ? [] : subjectsOfValue(one.target, variables);
  });
}

/** What a value holds of the input. */
export function subjectsOfValue(value: SyntaxNode, variables: Variables): readonly Subject[] {
  return [
    ...subjectsIn(value, variables),
    ...substitutedIn(value).flatMap((script) => subjectsOfScript(script, variables)),
  ];
}

/** What the output of substituted commands holds of the input: what they ask of it, or all of it. */
export function subjectsOfScript(script: SyntaxNode, variables: Variables): readonly Subject[] {
  const commands: Command[] = [];
  visitAll(script, (node) => {
    if (node.type === "Command") commands.push(node);
  });
  const first = commands[0];
  if (first === undefined) return [];
  const given = commands.flatMap((command) => [
    ...command.args.flatMap((one) => subjectsIn(one, variables)),
    ...command.redirects.flatMap((one) =>
      one.type === "HereString" && one.target !== undefined
        ? subjectsIn(one.target, variables)
        : one.type === "HereDoc"
          ? subjectsIn(one.body, variables)
          : [],
    ),
  ]);
  const reads = readsStandardInput(first);
  if (!reads && given.length === 0) return [];
  const asked = commands.flatMap((command): readonly Subject[] => {
    const name = command.name?.value ?? "";
    if (!/^(?:jq|gojq|yq|python3?|node|grep|sed|awk)$/.test(name)) return [];
    const text = command.args
      .map((one) => ("value" in one && typeof one.value === "string" ? one.value : one.text))
      .join(" ");
    // A long program chooses by itself what it puts out.
    if (name === "awk" || name === "sed") return text.length > PROGRAM_CHARS ? ["other"] : [];
    const subject = subjectOf(text);
    return subject === "other" && !/^(?:jq|gojq|python3?|node)$/.test(name) ? [] : [subject];
  });
  if (asked.length > 0) return asked;
  return reads ? ["payload"] : given;
}

/** A program of awk that is longer does more than take a field. */
const PROGRAM_CHARS = 200;

/** Whether a command with these words reads the hook's input. */
export function readsStandardInput(command: Command): boolean {
  const name = command.name?.value.replace(/^.*\//, "") ?? "";
  if (name === "read") return true;
  if (name === "")
    return command.redirects.some(
      (one) =>
        one.type === "Redirect" &&
        one.operator === "<" &&
        /stdin|fd\/0/.test(one.target?.text ?? ""),
    );
  if (!READERS.includes(name)) return false;
  const isFed = command.redirects.some(
    (one) =>
      one.type !== "Redirect" ||
      (one.operator === "<" && !/stdin|fd\/0/.test(one.target?.text ?? "")),
  );
  if (isFed) return false;
  const words = command.args.map(({ text }) => text);
  if (name === "cat" || name === "tee")
    return words.every((word) => /^-|stdin|fd\/0/.test(word)) || name === "tee";
  if (name === "jq")
    return (
      !words.some((word) => /^-[a-z]*n|^--null-input$/.test(word)) &&
      words.filter((word) => !word.startsWith("-")).length <= 1
    );
  if (/^(?:python3?|node|perl|ruby)$/.test(name)) return words.some((word) => /^-[ceE]/.test(word));
  return words.filter((word) => !word.startsWith("-")).length <= 1;
}

function namesRead(command: Command): readonly string[] {
  const name = command.name?.value;
  if (name === "read" || name === "mapfile" || name === "readarray")
    return command.args.flatMap((one) => (/^[A-Za-z_]\w*$/.test(one.text) ? [one.text] : []));
  if (name === "printf") {
    const at = command.args.findIndex(({ text }) => text === "-v");
    const target = at < 0 ? undefined : command.args[at + 1]?.text;
    return target === undefined ? [] : [target];
  }
  if (["local", "declare", "export", "typeset", "readonly", "getopts"].includes(name ?? ""))
    return command.args.flatMap((one) =>
      one.type === "Word" && name === "local" && /^\w+$/.test(one.text) ? [one.text] : [],
    );
  return [];
}

/** Every node, those of substituted commands too. */
export function visitAll(node: SyntaxNode, look: (node: SyntaxNode) => void): void {
  look(node);
  childrenOf(node, (child) => visitAll(child, look));
}
