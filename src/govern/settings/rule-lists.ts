// The lists of the client's rules that our entries stand in, and which of our entries stand where.

/** A list of `permissions`. */
export type RuleList = "deny" | "ask";

/** What refuses stands in `deny`, what asks in `ask`. */
export const RULE_LISTS = [
  { list: "deny", of: "rules" },
  { list: "ask", of: "asks" },
] as const satisfies readonly { readonly list: RuleList; readonly of: string }[];
