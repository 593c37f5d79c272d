// Every named question, in the order in which a responder asks them.
import { whoApproved } from "./approvals.ts";
import { firstSeen } from "./first-seen.ts";
import { ranHeld } from "./held-calls.ts";
import type { NamedQuestion } from "./named-question.ts";
import { changedAfter, sessionDid } from "./one-session.ts";
import { sameCommand } from "./same-command.ts";
import { secretsSeen } from "./secrets-seen.ts";
import { refusedEgress, whoPushed } from "./sendings.ts";
import { touchedBranch, touchedFile, touchedPackage } from "./touched.ts";

export const NAMED_QUESTIONS: readonly NamedQuestion[] = [
  whoPushed,
  sessionDid,
  refusedEgress,
  touchedFile,
  touchedBranch,
  touchedPackage,
  changedAfter,
  secretsSeen,
  whoApproved,
  ranHeld,
  firstSeen,
  sameCommand,
];
