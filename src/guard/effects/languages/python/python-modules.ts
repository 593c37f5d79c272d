// Python modules that are run by name (`python3 -m json.tool`) and what each does.
import { ownValue } from "#base/own-value.ts";
import {
  EMPTY,
  type Text,
  type TextSet,
  hole,
  likeOf,
  literal,
  sourcesOf,
  textOf,
} from "../../../shell/values/text.ts";
import { type Consequence, type ModelContext, flag, valued } from "../../model/command-model.ts";
import { parseInvocation } from "../../model/parse-invocation.ts";
import { prints, reads, serves, writes } from "../../model/consequences.ts";
import { mapBinary } from "../../../shell/values/bytes.ts";
import { decodeBase64, decodeQuotedPrintable } from "../../bytes/decoders.ts";
import { madeOf } from "../../model/filter.ts";
import { writesElsewhere } from "../../model/output-options.ts";
import { namedFiles } from "../../model/verbs.ts";
import { unbounded } from "../interpret.ts";
import { sitePackages } from "../heuristics/named-harm.ts";

type Module = (
  operands: readonly Text[],
  stdin: TextSet | undefined,
  context: ModelContext,
  options: readonly string[],
  args: readonly Text[],
) => readonly Consequence[];

const SERVER_OPTIONS = {
  directory: valued("-d", "--directory"),
  bind: valued("-b", "--bind"),
  protocol: valued("-p", "--protocol"),
  programs: flag("--cgi"),
  about: flag("-h", "--help"),
};

const TIMER_OPTIONS = {
  setup: valued("-s", "--setup"),
  choice: valued("-n", "--number", "-r", "--repeat", "-u", "--unit"),
  style: flag("-p", "--process", "-v", "--verbose", "-h", "--help"),
};

/** Runs a module. Options of a modelled module that are not known to be harmless are `unknown`. */
export function pythonModule(
  name: string | undefined,
  args: readonly Text[],
  stdin: TextSet | undefined,
  context: ModelContext,
): readonly Consequence[] {
  const module = name === undefined ? undefined : ownValue(MODULES, name);
  const program = name === undefined ? undefined : PROGRAMS.get(name);
  if (program !== undefined) return [{ kind: "run", argv: [literal(program), ...args] }];
  const isAsked = args.length === 1 && /^(?:-h|--help)$/.test(textOf(args[0] ?? []) ?? "");
  if (module !== undefined && isAsked && ASKED.has(name ?? "")) return [prints(madeOf(EMPTY))];
  if (module === undefined || name === undefined) {
    return [
      ...unbounded("project", name === undefined ? undefined : `python -m ${name}`),
      ...namedFiles(args, context),
      ...writesElsewhere(args),
      prints([[hole("unmodelled", { sources: [{ kind: "unknown" }] })]]),
    ];
  }
  const options = args
    .map((word) => textOf(word) ?? "")
    .filter((word) => word.startsWith("-") && word !== "-");
  const strange = options.filter((option) => !(ownValue(OPTIONS, name) ?? /^$/).test(option));
  return [
    ...module(
      args.filter((word) => !isOption(word)),
      stdin,
      context,
      options,
      args,
    ),
    ...strange.map(
      (option): Consequence => ({
        kind: "unknown",
        reason: "unknown-option",
        detail: `\`python -m ${name}\` has an option that sallyport does not know: \`${option}\``,
      }),
    ),
  ];
}

/** Modules that read their words before they do anything. */
const ASKED: ReadonlySet<string> = new Set([
  ...[
    "json.tool",
    "zipfile",
    "tarfile",
    "compileall",
    "py_compile",
    "timeit",
    "http.server",
    "venv",
  ],
]);

function isOption(word: Text): boolean {
  const text = textOf(word);
  return text !== undefined && text.startsWith("-") && text !== "-";
}

/** Modules that are another program by another name. Each has a model: that none is on the search path says nothing of a module. */
const PROGRAMS: ReadonlyMap<string, string> = new Map(
  [
    "pip",
    "keyring",
    "pytest",
    "mypy",
    "ruff",
    "black",
    "uv",
    "poetry",
    "pipx",
    "isort",
    "flake8",
    "pylint",
    "coverage",
    "tox",
    "twine",
  ].map((name) => [name, name]),
);

const OPTIONS: Readonly<Record<string, RegExp>> = {
  "json.tool":
    /^(--sort-keys|--no-ensure-ascii|--json-lines|--compact|--no-indent|--tab|--indent(=\d+)?|--help|-h)$/,
  zipfile: /^(-l|--list|-t|--test|-e|--extract|-c|--create|-h|--help)$/,
  tarfile: /^(-l|--list|-t|--test|-e|--extract|-c|--create|-v|--verbose|-h|--help)$/,
  compileall: /^(-q|-f|-l|-h|--help)$/,
  py_compile: /^(-q|--quiet|-h|--help)$/,
  timeit: /^/,
  "http.server": /^(--(bind|directory|protocol)(=.*)?|-[bdp].*|--cgi|-h|--help)$/,
  venv: /^(--system-site-packages|--symlinks|--copies|--clear|--upgrade|--without-pip|--prompt|--upgrade-deps|-h|--help)$/,
  tabnanny: /^-[vq]+$/,
  gzip: /^(-d|--decompress|--fast|--best|-h|--help)$/,
  mimetypes: /^(-e|-l|--extension|--lenient|-h|--help)$/,
  base64: /^-[edut]$/,
  quopri: /^-[td]$/,
  calendar: /^-/,
  tokenize: /^(-e|--exact|-h|--help)$/,
  ast: /^(-m|--mode|--no-type-comments|-a|--include-attributes|-i|--indent|-h|--help)$/,
  platform: /^/,
  site: /^/,
  sysconfig: /^$/,
  this: /^/,
};

const looks: Module = (operands, stdin, context) => {
  const files = operands.filter((word) => textOf(word) !== "-");
  const sources = sourcesOf(files.flatMap((path) => context.contentOf(path)));
  return [
    ...files.map((path) => reads(path)),
    prints([[hole("unmodelled", { sources: [...sources, ...sourcesOf(stdin ?? EMPTY)] })]]),
  ];
};

/** `python -m base64 -d`, `python -m quopri -d`: what is known of the input is decoded as the modules do. */
const decodesInput =
  (decode: (binary: string) => string | undefined): Module =>
  (operands, stdin, context, options, args) => {
    const isInput = operands.every((word) => textOf(word) === "-");
    if (!isInput || !options.includes("-d") || options.length > 1)
      return looks(operands, stdin, context, options, args);
    const decoded = mapBinary(stdin ?? EMPTY, decode, "unmodelled");
    return [prints(decoded)];
  };

const prints0: Module = () => [prints([[hole("missing-fact")]])];

/** Where python keeps what it compiled of a file: the folder, or the files where the folder is not known. */
function cacheBeside(path: Text): Text {
  const place = textOf(path);
  if (place === undefined) {
    if (!path.some((piece) => piece.kind !== "hole" || piece.like !== undefined))
      return [hole("dynamic-path", { splits: false })];
    const [directory = ""] = /^(?:[^]*\/)?/.exec(likeOf(path)) ?? [];
    const below = likeOf(path).slice(directory.length).includes("**") ? "**/" : "";
    const like = `${directory}${below}__pycache__/*.pyc*`;
    return [hole("dynamic-path", { splits: false, like, sources: sourcesOf([path]) })];
  }
  return literal(`${place.slice(0, place.lastIndexOf("/") + 1)}__pycache__`);
}

/** `-l FILE`, `-e FILE DIRECTORY`, `-c FILE WHAT...`. */
const archives: Module = (operands, stdin, context, options) => {
  const [file, ...rest] = operands;
  if (file === undefined) return [];
  if (options.some((option) => /^(-c|--create)$/.test(option)))
    return [writes(file, "create"), ...rest.map((path) => reads(path, "tree"))];
  if (options.some((option) => /^(-e|--extract)$/.test(option)))
    // WHY: a member of an archive may be named so that it lands beside the directory; python's modules refuse that.
    return [reads(file), writes(rest[0] ?? literal("."), "create", { reach: "tree" })];
  return looks([file], stdin, context, options, []);
};

const MODULES: Readonly<Record<string, Module>> = {
  site: (_operands, _stdin, { home }, options) => [
    prints([options.includes("--user-site") ? sitePackages(home) : [hole("missing-fact")]]),
  ],
  "json.tool": (operands, stdin, context, options) => {
    // `--indent N` takes a word of its own.
    const rest = options.includes("--indent")
      ? operands.filter((word) => !/^\d+$/.test(textOf(word) ?? ""))
      : operands;
    const [input, output] = rest;
    return [
      ...looks(input === undefined ? [] : [input], stdin, context, options, []),
      ...(output === undefined ? [] : [writes(output, "create")]),
    ];
  },
  zipfile: archives,
  tarfile: archives,
  compileall: (operands) => {
    const roots = operands.length === 0 ? [literal(".")] : operands;
    return roots.flatMap((path) => [
      reads(path, "tree", "*.py"),
      writes(path, "create", { reach: "tree" }),
    ]);
  },
  py_compile: (operands) =>
    operands.flatMap((path) => {
      const cache = cacheBeside(path);
      const isFolder = textOf(cache) !== undefined;
      return [reads(path), writes(cache, "create", { reach: isFolder ? "tree" : "entry" })];
    }),
  "http.server": (_operands, stdin, _context, _options, args) => {
    const server = { options: SERVER_OPTIONS, optionsEnd: "anywhere" } as const;
    const { has, values } = parseInvocation(server, "http.server", args, stdin);
    const [directory = literal(".")] = values("directory").slice(-1);
    const [address] = values("bind").slice(-1);
    return [
      // Every file below the directory is given to whoever asks.
      serves(directory),
      ...(has("programs") ? unbounded("project", "python -m http.server") : []),
      {
        kind: "effect",
        effect: {
          kind: "egress",
          destination: {
            host: textOf(address ?? []) || undefined,
            port: undefined,
            scheme: "http",
          },
          carries: [{ kind: "unknown" }],
        },
      },
    ];
  },
  timeit: (_operands, stdin, _context, _options, args) => {
    const timer = { options: TIMER_OPTIONS, optionsEnd: "first-operand" } as const;
    const { operands, values } = parseInvocation(timer, "timeit", args, stdin);
    const lines = [...values("setup"), ...operands].map(textOf);
    const code = lines.includes(undefined) ? [hole("dynamic-code")] : literal(lines.join("\n"));
    return [{ kind: "run", argv: [literal("python3"), literal("-c"), code], stdin }];
  },
  venv: (operands, _stdin, _context, options) => [
    ...operands.map((path) => writes(path, "create", { reach: "tree" })),
    ...(options.includes("--upgrade-deps")
      ? [
          {
            kind: "effect",
            effect: { kind: "install", manager: "pip", packages: ["pip"], runsScripts: false },
          } as const,
        ]
      : []),
  ],
  tabnanny: (operands) => operands.map((path) => reads(path, "tree", "*.py")),
  gzip: (operands, _stdin, _context, options) =>
    operands.flatMap((path) => [
      reads(path),
      options.some((option) => /^(-d|--decompress)$/.test(option))
        ? writes(literal((textOf(path) ?? "?.gz").replace(/\.gz$/, "")), "create")
        : writes([...path, ...literal(".gz")], "create"),
    ]),
  mimetypes: prints0,
  pyclbr: looks,
  base64: decodesInput(decodeBase64),
  quopri: decodesInput(decodeQuotedPrintable),
  tokenize: looks,
  ast: looks,
  calendar: prints0,
  platform: prints0,
  sysconfig: prints0,
  this: prints0,
};
