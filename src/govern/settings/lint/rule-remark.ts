// What checks of rules are given, and what they say.
import type { CheckId } from "./checks.ts";
import type { Remark } from "./document.ts";
import type { RuleList } from "./rule-text.ts";

/** A remark with the check that makes it. */
export type CheckRemark = Remark & { readonly id: CheckId };
/** A rule that the client keeps, the list it stands in, and its own text. */
export type FormSubject = {
  readonly list: RuleList;
  readonly text: string;
  readonly tool: string;
  readonly subject: string | undefined;
};
