// What the daemon and its thread for copies say to each other.
import type { UndoCall, UndoProject } from "./undo-engine.ts";

/** What a thread is started with. */
export type UndoThread = { readonly directory: string; readonly keys: string };
/** What is asked of it; each is answered with its number. */
export type ToUndo = { readonly at: number } & (
  | { readonly kind: "prepare"; readonly project: UndoProject }
  | { readonly kind: "begin"; readonly call: UndoCall }
  | { readonly kind: "copy"; readonly project: UndoProject; readonly paths: readonly string[] }
  | { readonly kind: "end"; readonly callId: string }
  | { readonly kind: "settle"; readonly sessionId: string }
);
/** `entries`: how many the project has that this was about. */
export type FromUndo = {
  readonly at: number;
  readonly failed?: boolean;
  readonly entries?: number;
  /** Of which of the paths there is a copy. */
  readonly copied?: readonly string[];
};
