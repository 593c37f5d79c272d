// How what an incident is about was possible: what is said when one is closed.

export const OUTCOMES = [
  { value: "blocked-by-hook", label: "Blocked by the guard" },
  { value: "denied-by-policy", label: "Denied by the policy" },
  { value: "allowed-by-config", label: "Allowed by the configuration" },
  { value: "user-approved", label: "Approved by a person" },
  { value: "nobody-answered", label: "Nobody answered" },
  { value: "missed", label: "Missed" },
] as const;
export type Outcome = (typeof OUTCOMES)[number]["value"];
