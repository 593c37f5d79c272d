// Programs that are told by a verb what to do (`npm install`, `kubectl get pods`): tables from verbs to consequences.
import { lazily } from "#base/lazily.ts";
import { EMPTY, hole, literal, sourcesOf, type Text, textOf } from "../../shell/values/text.ts";
import type {
  CommandModel,
  Consequence,
  EffectBody,
  Invocation,
  ModelContext,
  OptionSpec,
} from "./command-model.ts";
import { prints, reads } from "./consequences.ts";
import { parseInvocation } from "./parse-invocation.ts";
import { globalOptionEffects } from "./global-options.ts";
import { optionValues } from "./option-list.ts";
import { roleEffects } from "./option-roles.ts";
import { readOptions } from "./verb-options.ts";
import type { DataSource, Destination, EffectKind } from "../../vocabulary/effect.ts";

/** One call with its verb found. `words` are those after the verb; `operands` those of them that are no options. */
export type VerbCall = {
  readonly name: string;
  readonly verb: string;
  readonly words: readonly Text[];
  readonly operands: readonly Text[];
  readonly stdin: Invocation["stdin"];
  has(...options: string[]): boolean;
  /** Values of options by a spelling, with those declared in one list with it; without a declaration as far as the words tell. */
  values(...options: string[]): readonly Text[];
};

/**
 * What a verb does. Where `options` is given, any option that is neither there nor the program's own is `unknown`;
 * without it the effects already restrict, whatever the options say.
 */
export type Verb = {
  readonly options?: readonly OptionSpec[];
  /** Options that something follows from, where others may stand beside them: the effects restrict, whatever those say. */
  readonly among?: readonly OptionSpec[];
  readonly effects: (call: VerbCall, context: ModelContext) => readonly Consequence[];
};

/** Made when a call is first looked up in it. */
export type VerbTable = () => Readonly<Record<string, Verb>>;

/** Verbs separated by commas, which may have several words each, all doing the same. */
export function verbs(...rows: readonly (readonly [string, Verb])[]): VerbTable {
  return lazily(() =>
    Object.fromEntries(
      rows.flatMap(([names, verb]) => names.split(",").map((name) => [name.trim(), verb] as const)),
    ),
  );
}

/** Effects of the call by its verb; what no table has is `unknown`. */
export function runVerb(
  table: VerbTable,
  invocation: Invocation,
  context: ModelContext,
  otherwise?: Verb,
): readonly Consequence[] {
  const { operands, name, stdin } = invocation;
  const [first] = operands;
  if (first === undefined)
    return otherwise === undefined
      ? []
      : [...otherwise.effects(callOf(name, "", [], stdin), context)];
  const leading = operands.slice(0, 4).map((word) => textOf(word));
  if (leading[0] === undefined)
    return [
      {
        kind: "unknown",
        reason: "dynamic-command",
        detail: `a subcommand of \`${name}\` that is not known`,
      },
    ];
  const rows = table();
  for (let length = 3; length > 0; length -= 1) {
    const words = leading.slice(0, length);
    if (words.length < length || words.includes(undefined)) continue;
    const key = words.join(" ");
    const verb = Object.hasOwn(rows, key) ? rows[key] : undefined;
    if (verb !== undefined)
      return oneVerb(verb, callOf(name, key, operands.slice(length), stdin), context);
  }
  if (otherwise !== undefined)
    return oneVerb(otherwise, callOf(name, leading[0], operands.slice(1), stdin), context);
  return [
    ...namedFiles(operands, context),
    {
      kind: "unknown",
      reason: "unmodelled",
      detail: `\`${name} ${/^[\w:-]{1,40}$/.test(leading[0]) ? leading[0] : "…"}\` is not known to sallyport`,
    },
  ];
}

function callOf(
  name: string,
  verb: string,
  words: readonly Text[],
  stdin: Invocation["stdin"],
): VerbCall {
  const known = words.map((word) => textOf(word));
  return {
    name,
    verb,
    words,
    stdin,
    operands: words.filter((_, at) => known[at]?.startsWith("-") !== true),
    has: (...options) =>
      known.some(
        (word) =>
          word !== undefined &&
          options.some((option) => word === option || word.startsWith(`${option}=`)),
      ),
    values: (...options) => optionValues(words, ...options),
  };
}

function oneVerb(verb: Verb, call: VerbCall, context: ModelContext): readonly Consequence[] {
  const { options, among } = verb;
  const files = namedFiles(call.words, context);
  const declared = options ?? among;
  if (declared === undefined) return [...files, ...verb.effects(call, context)];
  const { own, parsed, keysOf } = readOptions(declared, call);
  const read: VerbCall = {
    ...call,
    operands: options === undefined ? call.operands : parsed.operands,
    values: (...names) => keysOf(names).flatMap(parsed.values),
  };
  return [
    ...files,
    ...verb.effects(read, context),
    ...roleEffects(own, parsed),
    ...(options === undefined
      ? []
      : strangeOptions({ ...parsed, name: `${call.name} ${call.verb}`, uncertain: false })),
  ];
}

/** A verb that is a program of its own: options, operands and effects are those of its model. */
export function asProgram(model: CommandModel): Verb {
  return {
    effects: ({ name, verb, words, stdin }, context) =>
      runModel(model, { name: `${name} ${verb}`, args: words, stdin }, context),
  };
}

/** What a model says of these words: for models that make out themselves which of theirs they are. */
export function runModel(
  model: CommandModel,
  { name, args, stdin }: Pick<Invocation, "name" | "args" | "stdin">,
  context: ModelContext,
): readonly Consequence[] {
  const parsed = parseInvocation(model, name, args, stdin);
  return [
    ...model.effects(parsed, context),
    ...roleEffects(model.options, parsed),
    ...(model.hasOtherOptions === true ? [] : strangeOptions(parsed)),
  ];
}

/** Consequences of options that no list has, and of words that may be some. */
function strangeOptions({
  name,
  unknownOptions: strange,
  uncertain,
}: Pick<Invocation, "name" | "unknownOptions" | "uncertain">): readonly Consequence[] {
  return [
    ...strange.map(
      (option) => `\`${name}\` has an option that sallyport does not know: \`${option}\``,
    ),
    ...(uncertain ? [`an argument of \`${name}\` that is not known may be an option`] : []),
  ].map((detail) => ({ kind: "unknown", reason: "unknown-option", detail }));
}

/** Words that name existing files, alone or after `=`, `@` or `file://`, may be read. */
export function namedFiles(words: readonly Text[], context: ModelContext): readonly Consequence[] {
  const names = new Set<string>();
  for (const word of words) {
    const text = textOf(word);
    if (text === undefined || text.length > 1024) continue;
    for (const name of [
      text,
      text.replace(/^[^=]*=/, ""),
      text.replace(/^[^@]*@/, ""),
      text.replace(/^[a-z]+b?:\/\//, ""),
      text.replace(/^-[A-Za-z]/, ""),
      text.replace(/^[^=]*=[^=]*=/, ""),
    ])
      if (name !== "" && !name.startsWith("-")) names.add(name);
  }
  return [...names]
    .filter((name) => context.isFile(literal(name)))
    .map((name) => reads(literal(name)));
}

/** Only looks: prints what it found. */
export function readOnlyVerb(...options: readonly OptionSpec[]): Verb {
  return {
    options,
    effects: ({ operands, stdin }) => [
      prints([
        [
          hole("unmodelled", {
            sources: [{ kind: "unknown" }, ...sourcesOf([...operands, ...(stdin ?? EMPTY)])],
          }),
        ],
      ]),
    ],
  };
}

/** An effect, as a consequence. */
export function effect<Kind extends EffectKind>(
  body: Extract<EffectBody, { kind: Kind }>,
): Consequence {
  return { kind: "effect", effect: body };
}

/** Runs code of the project, or of others with its rights. */
export function runsCode(
  origin: "project" | "unknown" | "inline" = "project",
  ...also: readonly Consequence[]
): Verb {
  return {
    effects: ({ name, verb }) => [
      effect<"execute">({
        kind: "execute",
        program: `${name} ${verb}`.trim(),
        origin,
        reach: "unbounded",
      }),
      ...also,
    ],
  };
}

function registered(registry: string | undefined): { readonly registry?: string } {
  return registry === undefined ? {} : { registry };
}

/** Brings packages; `quiet` keeps their scripts from running, `asked` tells the one registry that all of it comes from. */
export function installs(
  quiet?: string,
  manager?: string,
  asked: (call: VerbCall, context: ModelContext) => string | undefined = () => undefined,
): Verb {
  return {
    effects: (call, context) => [
      brings(call, {
        manager,
        runsScripts: quiet === undefined || !call.has(quiet),
        registry: asked(call, context),
      }),
    ],
  };
}

/** Brings packages and runs nothing of them. */
export const fetches: Verb = { effects: (call) => [brings(call, { runsScripts: false })] };

function brings(
  call: VerbCall,
  {
    manager = call.name,
    runsScripts,
    registry,
  }: {
    readonly manager?: string | undefined;
    readonly runsScripts: boolean;
    readonly registry?: string | undefined;
  },
): Consequence {
  return effect<"install">({
    kind: "install",
    manager,
    packages: call.operands.map((word) => textOf(word) ?? "?").slice(0, 64),
    runsScripts,
    ...registered(registry),
  });
}

/** Contacts a host that the program knows. */
export function talksTo(host: string | undefined, ...also: readonly Consequence[]): Verb {
  return {
    effects: ({ words, stdin }) => [
      egress(host, [{ kind: "argument" }, ...sourcesOf([...words, ...(stdin ?? EMPTY)])]),
      ...also,
      prints([
        [
          hole("unmodelled", {
            sources: [{ kind: "network", destination: { host, port: undefined, scheme: "https" } }],
          }),
        ],
      ]),
    ],
  };
}

/** Asks the account, cluster or registry that the person configured; what the call holds goes there. */
export function asksAccount(...options: readonly OptionSpec[]): Verb {
  return {
    ...(options.length === 0 ? {} : { options }),
    effects: ({ words, stdin }) => [
      toAccount([{ kind: "argument" }, ...sourcesOf([...words, ...(stdin ?? EMPTY)])]),
      prints([[hole("unmodelled", { sources: [{ kind: "network", destination: ACCOUNT }] })]]),
    ],
  };
}

const ACCOUNT: Destination = {
  host: undefined,
  port: undefined,
  scheme: "https",
  known: "account",
};

/** Data goes to the account that the person configured for the program. */
export function toAccount(carries: readonly DataSource[] = [{ kind: "argument" }]): Consequence {
  return effect<"egress">({ kind: "egress", destination: ACCOUNT, carries });
}

/** Data goes to a host; undefined when it stands in settings. */
export function egress(
  host: string | undefined,
  carries: readonly DataSource[] = [{ kind: "argument" }],
): Consequence {
  return effect<"egress">({
    kind: "egress",
    destination: { host, port: undefined, scheme: "https" },
    carries,
  });
}

/** Changes a running system. */
export function deploys(system: string, operation?: string, ...also: readonly Consequence[]): Verb {
  return {
    effects: ({ verb }) => [
      effect<"deploy">({ kind: "deploy", system, operation: operation ?? verb }),
      ...also,
    ],
  };
}

/** Others will see it. */
export function publishes(channel: "git" | "package" | "release", host: string | undefined): Verb {
  return {
    effects: ({ words, stdin }) => [
      effect<"publish">({ kind: "publish", channel, destination: host, refs: undefined }),
      egress(host, [{ kind: "argument" }, ...sourcesOf([...words, ...(stdin ?? EMPTY)])]),
    ],
  };
}

/** Keeps something running or starting by itself. */
export function persists(means: string): Verb {
  return { effects: () => [effect<"persist">({ kind: "persist", means, target: undefined })] };
}

/** A verb with more consequences; options that something follows from are those of all of them. */
export function both(...all: readonly Verb[]): Verb {
  const among = all.flatMap((verb) => verb.among ?? []);
  return {
    ...(among.length === 0 ? {} : { among }),
    effects: (call, context) => all.flatMap((verb) => verb.effects(call, context)),
  };
}

/** The model of a program that is told by a verb; its own options stand in front of the verb. */
export function verbModel(spec: {
  readonly names: readonly string[];
  readonly options: Readonly<Record<string, OptionSpec>>;
  readonly table: VerbTable;
  readonly otherwise?: Verb;
  /** Consequences of the options in front of the verb. */
  readonly before?: (invocation: Invocation, context: ModelContext) => readonly Consequence[];
}): CommandModel {
  const subcommands = lazily(
    () => new Set(Object.keys(spec.table()).map((key) => key.split(" ")[0] ?? key)),
  );
  const beginnings = lazily(() => new Set(Object.keys(spec.table()).flatMap(beginningsOf)));
  return {
    names: spec.names,
    options: spec.options,
    optionsEnd: "first-operand",
    get subcommands() {
      return subcommands();
    },
    isVerb: (words) => beginnings().has(words),
    effects: (invocation, context) => {
      const { args, operands, name } = invocation;
      const front = args.slice(0, args.length - operands.length);
      const before = [
        ...(operands.length === 0 ? [] : globalOptionEffects(name, front, spec.options, context)),
        ...(spec.before?.(invocation, context) ?? []),
      ];
      if (invocation.operands.length === 0 && invocation.has("about")) return before;
      return [...before, ...runVerb(spec.table, invocation, context, spec.otherwise)];
    },
  };
}

/** The words of a verb as far as they go: of `image ls` also `image`. */
function beginningsOf(verb: string): readonly string[] {
  const words = verb.split(" ");
  return words.map((_, at) => words.slice(0, at + 1).join(" "));
}
