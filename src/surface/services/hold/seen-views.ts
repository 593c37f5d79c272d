// Which sessions were told that files are loaded as views: what an agent takes for a value is none, and it should know that once.
import { dropOldest } from "#base/drop-oldest.ts";
import { isWithin } from "#base/path.ts";
import { printable } from "#base/printable.ts";

/** Calls of which the views are kept until they end, and sessions that were told. */
const KEPT_MAX = 1_024;
/** Files that are named. */
const NAMED_MAX = 3;

/** Remembers which calls were shown views, and tells of them once a session. */
export type SeenViews = {
  /** A call begins. `session` is a key of it. */
  begin(
    session: string,
    call: { readonly ticket: string; readonly views: readonly string[] },
  ): void;
  /** The line for the agent, where a call was shown views and nothing was told in its session before. */
  take(ticket: string, of: { readonly session: string; readonly root: string }): string | undefined;
  end(session: string): void;
};

export function createSeenViews(): SeenViews {
  const calls = new Map<string, readonly string[]>();
  const told = new Map<string, true>();
  return {
    begin(session, { ticket, views }) {
      if (views.length === 0 || told.has(session)) return;
      calls.set(ticket, views);
      dropOldest(calls, KEPT_MAX);
    },
    take(ticket, { session, root }) {
      const views = calls.get(ticket);
      calls.delete(ticket);
      if (views === undefined || told.has(session)) return undefined;
      told.set(session, true);
      dropOldest(told, KEPT_MAX);
      return lineOf(views, root);
    },
    end(session) {
      told.delete(session);
    },
  };
}

function lineOf(views: readonly string[], root: string): string {
  const names = views
    .slice(0, NAMED_MAX)
    .map((path) => `\`${printable(isWithin(root, path) ? path.slice(root.length + 1) : path)}\``);
  const more = views.length > NAMED_MAX ? " and others" : "";
  return `held by sallyport: ${names.join(", ")}${more} had made-up values in place of the secret ones, as in every held command. Do not take them for the real ones; what needs those, a person runs in a terminal.`;
}
