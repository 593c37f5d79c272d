// How bad something is that an audit finds.

/** How bad a fault is, by what it lets happen. The worst first. */
export const SEVERITIES = ["critical", "high", "medium", "low", "info"] as const;
export type Severity = (typeof SEVERITIES)[number];
