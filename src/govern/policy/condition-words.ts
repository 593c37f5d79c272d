// A condition of a rule in words, for people who read a policy.
import { findingTitle } from "#guard/content/finding-class.ts";
import type { Approval } from "#guard/policy/approval.ts";
import type { CommandPattern, Condition, Hours } from "#guard/policy/policy.ts";

/** Items of a list that are written out. */
const ITEMS_MAX = 12;
const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/** What a rule speaks of, in one line. Shape: `read or write of a, b except c, only in plan mode`. */
export function conditionInWords(when: Condition): string {
  const parts = [when.commands === undefined ? effectsOf(when) : commandsOf(when, when.commands)];
  const add = (text: string, items: readonly string[] | undefined): void => {
    if (items !== undefined) parts.push(`${text} ${listed(items)}`);
  };
  add(when.named === true ? "of exactly" : "of", when.paths);
  add("except", when.exceptPaths);
  add("at", when.hosts);
  add("at any host except", when.exceptHosts);
  add("to the remotes", when.remotes);
  add("to any remote except", when.exceptRemotes);
  add("at the registries", when.registries);
  add("at any registry except", when.exceptRegistries);
  add("with", when.managers);
  add("on the systems", when.systems);
  add("carrying something of", when.carries);
  if (when.carriesNothing === true) parts.push("carrying nothing but words of the call");
  if (when.carriesNothing === false) parts.push("carrying more than words of the call");
  if (when.asksOnly === true) parts.push("only asking for what an address shows");
  if (when.asksOnly === false) parts.push("telling more than an address");
  add("of code from", when.origins);
  if (when.reach !== undefined)
    parts.push(when.reach === "modelled" ? "with known effects" : "with any effect");
  add("by", when.operations);
  add("on", when.refs);
  if (when.recoverable === true) parts.push("that git can give back");
  if (when.recoverable === false) parts.push("that may lose work for good");
  add("of the programs", when.programs);
  add("holding what looks like", when.detectors?.map(findingTitle));
  const only: string[] = [];
  const restrict = (text: string, items: readonly string[] | undefined): void => {
    if (items !== undefined) only.push(`${text} ${listed(items)}`);
  };
  restrict("through", when.tools);
  restrict("through the MCP tools", when.mcp);
  restrict("through other MCP tools than", when.exceptMcp);
  restrict("in mode", when.modes);
  restrict("on branch", when.branches);
  restrict("in sessions marked", when.labels);
  restrict("at", when.hours?.map(hoursText));
  if (when.chains !== undefined)
    only.push(`at the end of ${listed(when.chains.kinds)} from ${when.chains.percent} % on`);
  if (when.ci !== undefined) only.push(when.ci ? "in CI" : "outside of CI");
  return [parts.join(" "), ...only.map((text) => `only ${text}`)].join(", ");
}

/** Who else has to say yes to a rule's question, in one line. */
export function approvalInWords({
  people,
  approvers,
  expiresMinutes,
  single,
  afterwards,
}: Approval): string {
  const who =
    approvers === undefined
      ? "those whom the operator listed"
      : listed(approvers.map(({ name }) => name));
  const others = people === 2 ? "one other person" : `${people - 1} other people`;
  const what = single ? "one call" : "the same call as often as it comes in its session";
  const after = afterwards === "allow" ? "and it is allowed" : "and then the person is asked";
  return `${others} of ${who}, within ${expiresMinutes} minutes, for ${what}, ${after}`;
}

function effectsOf({ effects }: Condition): string {
  return listed(effects, "or");
}

function commandsOf({ effects }: Condition, commands: readonly CommandPattern[]): string {
  const lines = commands.map(({ words, exact }) => `\`${words.join(" ")}${exact ? "" : " ..."}\``);
  const isRunning = effects.length === 1 && effects[0] === "execute";
  return isRunning ? `running ${listed(lines)}` : `what ${listed(lines)} does`;
}

function listed(items: readonly string[], word = "or"): string {
  const shown = items.slice(0, ITEMS_MAX);
  const more = items.length - shown.length;
  if (more > 0) return `${shown.join(", ")} and ${more} more`;
  const last = shown.at(-1) ?? "nothing";
  return shown.length < 2 ? last : `${shown.slice(0, -1).join(", ")} ${word} ${last}`;
}

function hoursText({ days, start, end }: Hours): string {
  const clock = (minutes: number): string =>
    `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
  const names = days.map((day) => DAYS[day - 1] ?? "").join(" ");
  return `${names} ${clock(start)}-${clock(end)}`;
}
