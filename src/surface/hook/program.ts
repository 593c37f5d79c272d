// The hook's program as it is bundled into `dist/hook-program.cjs`; `dist/hook.cjs` loads it and has armed the process before.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Script } from "node:vm";
import * as v from "valibot";
import { Failure } from "#base/failure.ts";
import type { Policy } from "#guard/policy/policy.ts";
import type { FileLayer } from "../policy/policy-copy.ts";
import { readCompiledPolicy } from "./compiled-policy.ts";
import { runHookProcess } from "./hook-process.ts";

declare const SALLYPORT_VERSION: string;
declare const COMPILER_DIGEST: string;

type Packs = Readonly<Record<string, string>>;
type Compile = (text: string, file: string, layer: FileLayer, packs?: Packs) => Policy;

const beside = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const compilerFile = beside("./policy-compiler.cjs");

/** Compiles a policy file. WHY not part of this program: reading YAML would cost every call, and files change rarely. */
function compile(text: string, file: string, layer: FileLayer, packs?: Packs): Policy {
  const program = readCompiler();
  let compiler: Compile | undefined;
  const provide = (given: Compile) => {
    compiler = given;
  };
  const script = new Script(program, { filename: "policy-compiler.cjs" });
  script.runInThisContext()(process.getBuiltinModule, provide);
  if (compiler === undefined) throw damaged();
  try {
    return compiler(text, file, layer, packs);
  } catch (cause) {
    // The class of a failure is that program's own: only its shape is known here.
    throw v.is(failureSchema, cause)
      ? new Failure(cause.code, cause.message, placeOf(cause))
      : cause;
  }
}

const failureSchema = v.looseObject({
  name: v.literal("Failure"),
  code: v.string(),
  message: v.string(),
  at: v.optional(
    v.looseObject({
      file: v.string(),
      line: v.optional(v.number()),
      column: v.optional(v.number()),
    }),
  ),
});

function placeOf({ at }: v.InferOutput<typeof failureSchema>) {
  if (at === undefined) return {};
  const { file, line, column } = at;
  const place = line === undefined || column === undefined ? { file } : { file, line, column };
  return { at: place };
}

function readCompiler(): string {
  try {
    const bytes = readFileSync(compilerFile);
    if (createHash("sha256").update(bytes).digest("hex") === COMPILER_DIGEST)
      return bytes.toString("utf8");
  } catch {
    // Missing and damaged are repaired in the same way.
  }
  throw damaged();
}

function damaged(): Failure<"policy-compiler"> {
  return new Failure(
    "policy-compiler",
    `\`${compilerFile}\` is missing or damaged, so a changed policy cannot be read; install sallyport again`,
  );
}

void runHookProcess({
  args: process.argv.slice(2),
  version: SALLYPORT_VERSION,
  loadPack: (name) => readCompiledPolicy(join(beside("./policies"), `${name}.json`)),
  compile,
  ownPaths: [
    "./hook.cjs",
    "./hook-program.cjs",
    "./hook-program.cache",
    "./policy-compiler.cjs",
    "./policies",
  ].map(beside),
});
