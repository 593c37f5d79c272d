// Every page: its path, its title, its place in the navigation, its key after `g`, and what loads it.
import type { ComponentType } from "preact";
import type { PathParams } from "../core/paths.ts";
import type { Role } from "../core/session.ts";

/** What a page is given: the names of its path, and the query of its address. */
export type PageProps = { readonly params: PathParams; readonly query: URLSearchParams };
/** A page's file exports `Page`. */
export type PageModule = { readonly Page: ComponentType<PageProps> };
export type Section = "Now" | "Record" | "Control";

export type PageEntry = {
  /** Names may stand in it: `/log/:index`. */
  readonly path: string;
  readonly title: string;
  /** Stands in the navigation under this section; without it the page is only linked. */
  readonly section?: Section;
  /** Pressed after `g` opens it; one letter, no other page's. */
  readonly key?: string;
  /** Words that find it in the palette besides its title. */
  readonly words?: string;
  /** Who may open it; everybody who is logged in, when none is named. */
  readonly role?: Exclude<Role, "auditor">;
  /** Where it has something to show: on one machine when nothing is said. */
  readonly of?: "team" | "both";
  readonly load: () => Promise<PageModule>;
};

export const PAGES: readonly PageEntry[] = [
  // What needs a person; below it what is in force, and what happened lately.
  {
    path: "/",
    of: "both",
    title: "Needs you",
    section: "Now",
    key: "o",
    words: "home inbox overview status verdicts",
    load: () => import("./overview.tsx"),
  },
  // Sessions: who worked where, one session's timeline and graph.
  {
    path: "/sessions",
    of: "both",
    title: "Sessions",
    section: "Now",
    key: "s",
    words: "story timeline graph chains",
    load: () => import("./sessions.tsx"),
  },
  { path: "/sessions/:id", of: "both", title: "Session", load: () => import("./session.tsx") },

  // Approvals: calls that wait for a second person.
  {
    path: "/approvals",
    title: "Approvals",
    section: "Now",
    key: "a",
    words: "requests second person four eyes",
    load: () => import("./approvals.tsx"),
  },
  { path: "/approvals/:id", title: "Approval", load: () => import("./approval.tsx") },

  // Alerts and incidents: what somebody has to look at.
  {
    path: "/incidents",
    title: "Alerts and incidents",
    section: "Now",
    key: "i",
    words: "alerts playbooks quarantine blocks",
    load: () => import("./incidents.tsx"),
  },
  { path: "/incidents/:id", title: "Incident", load: () => import("./incident.tsx") },

  // Alerts of a team: by detection, over all machines.
  {
    path: "/alerts",
    of: "team",
    title: "Alerts",
    section: "Now",
    key: "i",
    words: "detections findings",
    load: () => import("./alerts.tsx"),
  },

  // Log: every event.
  {
    path: "/log",
    of: "both",
    title: "Log",
    section: "Record",
    key: "l",
    words: "events search filter",
    load: () => import("./log.tsx"),
  },
  { path: "/log/:index", of: "both", title: "Event", load: () => import("./event.tsx") },
  // Questions about the log by name, and whether it is whole.
  {
    path: "/queries",
    title: "Questions",
    section: "Record",
    key: "q",
    words: "queries saved named reports",
    load: () => import("./queries.tsx"),
  },
  { path: "/queries/:name", title: "Question", load: () => import("./queries.tsx") },
  {
    path: "/integrity",
    title: "Integrity",
    section: "Record",
    key: "v",
    words: "verify fsck proof tamper checkpoint",
    load: () => import("./integrity.tsx"),
  },
  // Content findings: kinds, never a value.
  {
    path: "/content",
    title: "Content findings",
    section: "Record",
    key: "f",
    words: "secrets personal health data detectors",
    load: () => import("./content.tsx"),
  },

  // Cost, usage and friction.
  {
    path: "/usage",
    title: "Cost and friction",
    section: "Record",
    key: "u",
    words: "tokens money questions loops usage",
    load: () => import("./usage.tsx"),
  },

  // Policy: rules, a playground, comparison, exceptions, drift.
  {
    path: "/policy",
    title: "Policy",
    section: "Control",
    key: "p",
    words: "rules try explain diff backtest deploy boundaries exceptions drift packs",
    load: () => import("./policy.tsx"),
  },

  // Posture: the audit of a project.
  {
    path: "/posture",
    title: "Posture",
    section: "Control",
    key: "t",
    words: "audit checks score findings",
    load: () => import("./posture.tsx"),
  },

  // MCP: servers, what is approved and pinned of them, what changed.
  {
    path: "/mcp",
    title: "MCP",
    section: "Control",
    key: "m",
    words: "servers catalog pins tools changed approve",
    load: () => import("./mcp.tsx"),
  },

  // Red team: cases, runs, what got through.
  {
    path: "/redteam",
    title: "Red team",
    section: "Control",
    key: "r",
    words: "attacks cases runs got through redteam",
    load: () => import("./redteam.tsx"),
  },

  // Isolation: tier, probe, container files, code in the client.
  {
    path: "/isolation",
    title: "Isolation",
    section: "Control",
    key: "n",
    words: "sandbox probe containers tier mods plugins skills",
    load: () => import("./isolation.tsx"),
  },

  // Fleet: machines by tier, releases, steps, friction, what ends.
  {
    path: "/fleet",
    of: "both",
    title: "Fleet",
    section: "Control",
    key: "e",
    words: "rollout machines rings releases tiers steps exceptions calendar",
    load: () => import("./fleet.tsx"),
  },

  // Compliance: evidence for controls.
  {
    path: "/compliance",
    title: "Compliance",
    section: "Control",
    key: "c",
    words: "soc2 hipaa gdpr controls evidence",
    load: () => import("./compliance.tsx"),
  },

  // Privacy: what is kept of people.
  {
    path: "/privacy",
    title: "Privacy",
    section: "Control",
    key: "y",
    words: "retention inventory requests erasure",
    load: () => import("./privacy.tsx"),
  },
];
