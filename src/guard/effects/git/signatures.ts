// What subcommands of git make that people sign, and which of them look at signatures.
import type { SignatureUse } from "../../vocabulary/signature-use.ts";

const USES: Readonly<Record<string, readonly SignatureUse[]>> = {
  commit: ["commit"],
  "commit-tree": ["commit"],
  am: ["commit"],
  rebase: ["commit"],
  "cherry-pick": ["commit"],
  revert: ["commit"],
  merge: ["commit", "look"],
  pull: ["commit", "look"],
  tag: ["tag", "look"],
  log: ["look"],
  show: ["look"],
  whatchanged: ["look"],
  "rev-list": ["look"],
  "verify-commit": ["look"],
  "verify-tag": ["look"],
  "for-each-ref": ["look"],
  branch: ["look"],
  reflog: ["look"],
  "diff-tree": ["look"],
};

/** What a subcommand of this name may do with signatures, whatever its words say. */
export function signatureUses(subcommand: string): readonly SignatureUse[] {
  return Object.hasOwn(USES, subcommand) ? (USES[subcommand] ?? []) : [];
}
