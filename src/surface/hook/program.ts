// The hook as it is started by `dist/hook.cjs`, which has armed the process before.
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Failure } from "#base/failure.ts";
import type { CompilePolicy } from "../services/policy/policy-place.ts";
import { readShippedPack } from "../services/policy/compiled-policy.ts";
import { runHookProcess } from "./hook-process.ts";

declare const SALLYPORT_VERSION: string;

/** What of the program judges: who changes it changes the judge. */
const OWN_FILES = ["hook.cjs", "parts", "policies"];

/** Compiles a policy file. The compiler is a part of its own: reading YAML would cost every call, and files change rarely. */
const compile: CompilePolicy = async (...given) => {
  try {
    const { compileBuiltIn } = await import("../services/policy/policy-compiler.ts");
    return await compileBuiltIn(...given);
  } catch (cause) {
    if (cause instanceof Failure) throw cause;
    throw new Failure(
      "policy-compiler",
      "the compiler of policies is missing or damaged, so a changed policy cannot be read; install sallyport again",
      { cause },
    );
  }
};

/** Answers the event on standard input. */
export function startHook(): void {
  const dist = fileURLToPath(new URL("../../", import.meta.url));
  void runHookProcess({
    args: process.argv.slice(2),
    version: SALLYPORT_VERSION,
    loadPack: (name) => readShippedPack(join(dist, "policies"), name),
    compile,
    ownPaths: OWN_FILES.map((name) => join(dist, name)),
  });
}
