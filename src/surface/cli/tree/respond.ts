// Commands about incidents.
import { command, common, group, type Section } from "../command-line/entry.ts";

const CHANGED = { 0: "done", 2: "there is no such incident, or it cannot be done" };
const changes = () => import("../commands/respond/incident-change.ts");

export const respondSection: Section = {
  title: "respond",
  commands: {
    block: group(
      "cut a host or an MCP server off for every session",
      `Hosts and MCP servers that nobody reaches any more

  sallyport block add host drop.example.net --reason "incident inc-01k7"
  sallyport block add server tracker --reason "its tools changed"
  sallyport block list
  sallyport block remove 00112233445566aa`,
      {
        add: command(
          "cut something off, from the next call on",
          async () => (await import("../commands/respond/block.ts")).addCommand,
          { 0: "blocked", 2: "that is no name, or it cannot be done" },
        ),
        list: command(
          "what is cut off, by whom and why",
          async () => (await import("../commands/respond/block.ts")).listCommand,
          { 0: "nothing is", 1: "something is", 2: "the list cannot be read" },
        ),
        remove: command(
          "take it back; typed at a terminal",
          async () => (await import("../commands/respond/block.ts")).removeCommand,
          { 0: "open again", 1: "the word was not typed", 2: "there is none of this id" },
        ),
      },
    ),
    incident: common(
      group(
        "what was detected while it happened, and what is done about it",
        `Incidents: alerts that belong together, who has them, what was done

  sallyport incident list                                     those that are not closed
  sallyport incident show inc-01k7                            one with its alerts and what was done
  sallyport incident take inc-01k7                            it is yours
  sallyport incident quarantine inc-01k7                      every further call of its sessions is refused
  sallyport incident note inc-01k7 --note "the key is revoked"
  sallyport incident close inc-01k7 --outcome blocked-by-hook`,
        {
          list: command(
            "the incidents that are not closed",
            async () => (await import("../commands/respond/incident-list.ts")).listCommand,
            { 0: "there is none", 1: "there are some", 2: "cannot be read" },
          ),
          show: command(
            "one incident: its alerts, what was done, who has it",
            async () => (await import("../commands/respond/incident-list.ts")).showCommand,
            { 0: "shown", 2: "there is no such incident" },
          ),
          take: command(
            "work on it: you own it from now on",
            async () => (await changes()).takeCommand,
            CHANGED,
          ),
          note: command(
            "write down what you found",
            async () => (await changes()).noteCommand,
            CHANGED,
          ),
          contain: command(
            "say that it goes no further",
            async () => (await changes()).containCommand,
            CHANGED,
          ),
          quarantine: command(
            "refuse every further call of its sessions",
            async () => (await changes()).quarantineCommand,
            CHANGED,
          ),
          close: command(
            "close it, and say how it was possible",
            async () => (await changes()).closeCommand,
            CHANGED,
          ),
          reopen: command(
            "open a closed one again",
            async () => (await changes()).reopenCommand,
            CHANGED,
          ),
        },
      ),
    ),
  },
};
