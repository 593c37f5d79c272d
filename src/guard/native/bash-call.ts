// A Bash call as the parts of its judgement pass it on.
import type { NativeSession } from "./session.ts";
import type { NativeDisk } from "./stack.ts";

/** A Bash call with all that judging it needs. */
export type BashCall = {
  readonly command: string;
  readonly cwd: string;
  readonly hasRunShell: boolean;
  readonly session: NativeSession;
  readonly disk: NativeDisk;
};
