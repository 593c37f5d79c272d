// What providers are given of the machine: tests give them another.
import { readFileSync, statSync } from "node:fs";
import { homeDirectory } from "#platform/user.ts";
import { type SystemKind } from "#platform/system.ts";
import { thisSystem } from "#platform/system.ts";
import { type ProgramRun, runProgram } from "./run-program.ts";

/** Bytes of a token's or certificate's file. */
const FILE_BYTES_MAX = 1024 * 1024;

export type ProviderSetting = {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly system: SystemKind;
  /** The text of a small file, or undefined where it cannot be read. */
  readonly readText: (path: string) => string | undefined;
  /** Runs a program with these words; `input` goes to its standard input. */
  readonly run: (program: string, words: readonly string[], input?: string) => Promise<ProgramRun>;
};

/** This machine, with an environment. */
export function machineSetting(
  environment: Readonly<Record<string, string | undefined>>,
): ProviderSetting {
  return {
    environment,
    home: homeDirectory(),
    system: thisSystem(),
    readText,
    run: (program, words, input) => runProgram(program, words, { environment, input }),
  };
}

function readText(path: string): string | undefined {
  try {
    const status = statSync(path);
    if (!status.isFile() || status.size > FILE_BYTES_MAX) return undefined;
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
