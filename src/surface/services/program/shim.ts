// The two shell scripts that hooks call, and the record that they read: which node starts which program.
import { isAbsolute } from "node:path";
import * as v from "valibot";
import { Failure } from "#base/failure.ts";
import { singleQuoted } from "#base/shell-quoting.ts";
import { SEEN_PREFIX } from "../facts/environment-report.ts";

const path = v.pipe(v.string(), v.minLength(1), v.maxLength(4_096), v.check(isAbsolute));
const programSchema = v.strictObject({
  /** Name of the copy in `programs`; null for a program that runs where it was built. */
  id: v.nullable(v.pipe(v.string(), v.regex(/^[0-9A-Za-z][0-9A-Za-z.+-]{0,63}-[0-9a-f]{12}$/))),
  version: v.pipe(v.string(), v.minLength(1), v.maxLength(64)),
  /** SHA-256 over the copy, 64 hex characters; null where there is none. */
  digest: v.nullable(v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))),
  node: path,
  main: path,
  hook: path,
  /** Version of each data format that it writes, by file name. */
  formats: v.record(v.pipe(v.string(), v.maxLength(64)), v.pipe(v.number(), v.integer())),
});
const recordSchema = v.strictObject({
  version: v.literal(1),
  current: programSchema,
  previous: v.nullable(programSchema),
});

/** One program: where it lies and what starts it. All paths absolute. */
export type ProgramRecord = v.InferOutput<typeof programSchema>;
/** The program in force, and the one that `upgrade --rollback` returns to. */
export type InForce = v.InferOutput<typeof recordSchema>;

/**
 * The record as text: variables for the shims, and the same as JSON in a comment. One file, so that one rename switches
 * everything that starts a program.
 */
export function formatInForce(record: InForce): string {
  const { node, main, hook } = record.current;
  return [
    "# The sallyport program in force, read by the shims in `bin`; `sallyport upgrade` writes it.",
    `# ${JSON.stringify(record)}`,
    `node=${singleQuoted(node)}`,
    `main=${singleQuoted(main)}`,
    `hook=${singleQuoted(hook)}`,
    "whole=yes",
    "",
  ].join("\n");
}

/** Reads a record. Throws a Failure when it is not exactly what `formatInForce` would write. */
export function parseInForce(text: string, file: string): InForce {
  const line = text.split("\n")[1] ?? "";
  const read = v.safeParse(v.pipe(v.string(), v.parseJson(), recordSchema), line.slice(2));
  if (read.success && formatInForce(read.output) === text) return read.output;
  throw new Failure(
    "program-record",
    "the record of the program in force is damaged; run `sallyport upgrade`",
    { at: { file } },
  );
}

/** What the shims are made of. All paths absolute. */
export type ShimPlaces = {
  readonly dataDirectory: string;
  /** The file of `formatInForce`. */
  readonly recordFile: string;
  /** The one command that a person runs when program or node are gone. */
  readonly repair: string;
  /** `#!/bin/sh` with the option that makes it ignore functions and options from the environment, where it has one. */
  readonly interpreter: string;
};

/**
 * Variables by which a project could put code or output into node before our program starts. WHY not `LD_PRELOAD`: it has
 * had its effect when a shim begins; the settings pin it.
 */
const UNSET = [
  ...["NODE_OPTIONS", "NODE_PATH", "NODE_COMPILE_CACHE", "NODE_V8_COVERAGE", "NODE_DEBUG"],
  ...["NODE_DEBUG_NATIVE", "NODE_REDIRECT_WARNINGS", "NODE_ICU_DATA", "NODE_PENDING_DEPRECATION"],
  ...["NODE_PRESERVE_SYMLINKS", "NODE_PRESERVE_SYMLINKS_MAIN", "OPENSSL_CONF", "OPENSSL_MODULES"],
];

/**
 * The shim of the command line. Without a program it says in one line what repairs it and ends with 2; as a session-start
 * hook it says so to the person and ends with 0, because only then the client reads it.
 */
export function commandShim(places: ShimPlaces): string {
  const problem = `the program is gone or its node was removed; repair it with: ${places.repair}`;
  const message = JSON.stringify({
    systemMessage: `sallyport: tool calls are blocked: ${problem}`,
  });
  return [
    ...opening(places, "main", "Starts the sallyport program that is in force."),
    `SALLYPORT_HOME=${singleQuoted(places.dataDirectory)}`,
    "export SALLYPORT_HOME",
    "code=2",
    ...start("main"),
    'if [ "${1-}" = daemon ] && [ "${2-}" = --ensure ] && [ -n "${CLAUDE_PROJECT_DIR-}" ]; then',
    `  printf '%s\\n' ${singleQuoted(message)}`,
    "  code=0",
    "else",
    `  printf '%s\\n' ${singleQuoted(`sallyport: ${problem}`)} >&2`,
    "fi",
    'exit "$code"',
    "",
  ].join("\n");
}

/**
 * The shim of the command hook. Without a program it refuses: exit code 2, or 1 for an event that is only recorded, where
 * 2 would block a Stop for ever.
 */
export function hookShim(places: ShimPlaces): string {
  const problem = `the program is gone or its node was removed, so the call is refused; a person repairs it with: ${places.repair}`;
  return [
    ...opening(places, "hook", "Starts the command hook of the sallyport program in force."),
    "code=2",
    'for word do if [ "$word" = --watched ]; then code=1; fi; done',
    ...start("hook"),
    `printf '%s\\n' ${singleQuoted(`sallyport: ${problem}`)} >&2`,
    'exit "$code"',
    "",
  ].join("\n");
}

/**
 * Options of node for the hook: room for all that one call makes, so that nothing is collected, and no threads that would
 * share the work. WHY no others: what the engine compiled is kept for these, and serves no process that has others.
 */
export const HOOK_FLAGS = ["--min-semi-space-size=16", "--single-threaded-gc"] as const;

type Program = "main" | "hook";

const FLAGS: Readonly<Record<Program, readonly string[]>> = { main: [], hook: HOOK_FLAGS };

function opening(
  { interpreter, recordFile }: ShimPlaces,
  program: Program,
  sentence: string,
): readonly string[] {
  return [
    interpreter,
    `# ${sentence} Written by sallyport, renewed by its upgrade.`,
    "# What commands of the client inherit of them is told to the guard under other names.",
    ...UNSET.map((name) => `export ${SEEN_PREFIX}${name}="\${${name}-}"`),
    `unset ${UNSET.join(" ")}`,
    `record=${singleQuoted(recordFile)}`,
    `node='' ${program}='' whole=''`,
  ];
}

/**
 * Reads the record and becomes the program. What comes after is reached only when that failed, and a shell that ends at a
 * failed `exec` ends with the code that refuses: bash goes on by its option, others end through the trap.
 */
function start(program: Program): readonly string[] {
  return [
    `trap 'exit "$code"' 0`,
    "# shellcheck disable=SC3044",
    "PATH=/dev/null shopt -s execfail 2>/dev/null || :",
    'if [ -f "$record" ]; then',
    "  # shellcheck source=/dev/null",
    '  . "$record"',
    "fi",
    `if [ "$whole" = yes ] && [ -f "$node" ] && [ -x "$node" ] && [ -f "$${program}" ]; then`,
    `  exec ${['"$node"', ...FLAGS[program], `"$${program}"`, '"$@"'].join(" ")}`,
    "fi",
  ];
}
