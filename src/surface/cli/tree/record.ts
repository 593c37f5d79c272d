// Commands about the record of decisions: read, proven, searched, kept and delivered.
import { command, common, group, type Section } from "../command-line/entry.ts";

const ANSWERED = { 0: "answered, with or without a result", 2: "could not answer" } as const;

export const recordSection: Section = {
  title: "record",
  commands: {
    top: command(
      "what the agent does now, in the terminal",
      async () => (await import("../commands/record/top.ts")).topCommand,
      {
        0: "ended by you, or `--once` is done",
        2: "nothing is installed, or this is no terminal",
      },
    ),
    budget: command(
      "what was spent under the policy's budgets, what is left, and by what",
      async () => (await import("../commands/record/budget.ts")).budgetCommand,
      { 0: "shown", 2: "no policy can be used here, or its data cannot be read" },
    ),
    log: common(
      group(
        "read, verify, export and search the record of decisions",
        `Read, verify, export and search the record of decisions.

  sallyport log tail -n 20                     the last twenty decisions
  sallyport log search verdict:deny --since 7d what was refused this week
  sallyport log session                        the newest session as a story
  sallyport log verify                         did anybody change the record?`,
        {
          tail: command(
            "the last decisions, one a line",
            async () => (await import("../commands/record/log-tail.ts")).tailCommand,
          ),
          show: command(
            "one event with its sealed fields, and its proof",
            async () => (await import("../commands/record/log-show.ts")).showCommand,
          ),
          session: command(
            "one session as a story, or as a page to hand over",
            async () => (await import("../commands/record/log-session.ts")).sessionCommand,
            { 0: "told", 2: "no such session, or the log cannot be read" },
          ),
          search: command(
            "events that meet a filter, newest first",
            async () => (await import("../commands/record/log-search.ts")).searchCommand,
            { 0: "looked, whether or not something was found", 2: "could not look" },
          ),
          stats: command(
            "how many events meet a filter, by fields",
            async () => (await import("../commands/record/log-stats.ts")).statsCommand,
            { 0: "counted", 2: "could not count" },
          ),
          timeline: command(
            "how many events meet a filter, hour by hour or day by day",
            async () => (await import("../commands/record/log-stats.ts")).timelineCommand,
            { 0: "counted", 2: "could not count" },
          ),
          follow: command(
            "events that meet a filter, as they come",
            async () => (await import("../commands/record/log-follow.ts")).followCommand,
          ),
          query: command(
            "a question that ships, by name",
            async () => (await import("../commands/record/log-query.ts")).queryCommand,
            ANSWERED,
          ),
          sql: command(
            "a question in SQL; nothing can be written",
            async () => (await import("../commands/record/log-sql.ts")).sqlCommand,
            ANSWERED,
          ),
          detect: command(
            "events that somebody should look at",
            async () => (await import("../commands/record/log-detect.ts")).detectCommand,
            {
              0: "none; or all were converted",
              1: "some, or entries that cannot be read; or detections that the target cannot say",
              2: "could not look",
            },
          ),
          summary: command(
            "judged calls day by day, by what they did",
            async () => (await import("../commands/record/log-summary.ts")).summaryCommand,
            { 0: "counted", 1: "counted, with entries that this version cannot read" },
          ),
          cost: command(
            "tokens, money, failing loops and questions, by session, person, repository or day",
            async () => (await import("../commands/record/log-cost.ts")).costCommand,
            {
              0: "counted",
              1: "counted, with entries that this version cannot read",
              2: "could not count",
            },
          ),
          verify: command(
            "derive the whole log anew, and name what was changed",
            async () => (await import("../commands/record/log-verify.ts")).verifyCommand,
            { 0: "whole", 1: "a fault was found", 2: "could not verify" },
          ),
          prove: command(
            "a proof that the log holds an event, or only grew",
            async () => (await import("../commands/record/log-prove.ts")).proveCommand,
          ),
          completeness: command(
            "whether every call is on record, with its result",
            async () =>
              (await import("../commands/record/log-completeness.ts")).completenessCommand,
            { 0: "nothing speaks against it", 1: "something does" },
          ),
          fsck: command(
            "derive tiles, root and proofs anew, and look at journal and spool",
            async () => (await import("../commands/record/log-fsck.ts")).fsckCommand,
            { 0: "whole", 1: "something was found", 2: "could not look" },
          ),
          export: command(
            "the log's clear metadata for another program",
            async () => (await import("../commands/record/log-export.ts")).exportCommand,
            {
              0: "done",
              1: "done, with entries that this version cannot read",
              2: "could not export",
            },
          ),
          import: command(
            "take records of older logging hooks in, marked as claims",
            async () => (await import("../commands/record/log-import.ts")).importCommand,
            { 0: "taken in", 1: "taken in, and some lines were not understood" },
          ),
          archive: {
            ...command(
              "copy the log to a folder or bucket, and read the copy back",
              async () => (await import("../commands/record/log-archive.ts")).archiveCommand,
              { 0: "archived and read back", 2: "not archived" },
            ),
            commands: {
              verify: command(
                "read an archive back, and say what does not hold",
                async () => (await import("../commands/record/log-archive.ts")).verifyCommand,
                { 0: "whole", 1: "something does not hold or is missing", 2: "could not be read" },
              ),
            },
          },
          retention: {
            ...command(
              "how long entries stay here, and where their copy goes",
              async () => (await import("../commands/record/log-retention.ts")).retentionCommand,
            ),
            commands: {
              set: command(
                "order how long entries stay; typed at a terminal",
                async () => (await import("../commands/record/log-retention.ts")).setCommand,
                { 0: "ordered", 1: "the word was not typed", 2: "cannot be done" },
              ),
              apply: command(
                "carry the order out now",
                async () => (await import("../commands/record/log-retention.ts")).applyCommand,
                { 0: "done", 1: "the word was not typed", 2: "not done" },
              ),
            },
          },
          hold: group(
            "legal holds: data that nothing deletes or erases",
            `Legal holds: data that nothing deletes or erases.

  sallyport log hold set --subject ada --reason "case 4711" --owner "Ada"
  sallyport log hold list
  sallyport log hold release 00112233445566aa --reason "case 4711 is closed"`,
            {
              set: command(
                "keep data whatever retention says; typed at a terminal",
                async () => (await import("../commands/record/log-hold.ts")).setCommand,
                { 0: "set", 1: "the word was not typed", 2: "cannot be done" },
              ),
              list: command(
                "all holds, and which count now",
                async () => (await import("../commands/record/log-hold.ts")).listCommand,
              ),
              release: command(
                "end a hold; typed at a terminal",
                async () => (await import("../commands/record/log-hold.ts")).releaseCommand,
                { 0: "released", 1: "the word was not typed", 2: "there is none of this id" },
              ),
            },
          ),
          keys: command(
            "the keys that signed the log",
            async () => (await import("../commands/record/log-keys.ts")).keysCommand,
          ),
          "rotate-key": command(
            "sign with a new key from now on",
            async () => (await import("../commands/record/log-rotate-key.ts")).rotateKeyCommand,
          ),
          logrotate: command(
            "configuration of logrotate for a log of an older hook",
            async () => (await import("../commands/record/log-logrotate.ts")).logrotateCommand,
          ),
        },
      ),
    ),
    notify: common(
      group(
        "tell people and systems of alerts and incidents, and take their signed answers",
        `Tell people and systems of alerts and incidents.

  sallyport notify add security --to slack --url env:SLACK_URL --levels critical,high
  sallyport notify test security        does it take a test?
  sallyport notify status               told, waiting, held back, given up`,
        {
          list: command(
            "the channels, and what goes there",
            async () => (await import("../commands/record/notify.ts")).listCommand,
            { 0: "listed", 2: "the file is wrong" },
          ),
          add: command(
            "add a channel; shows the change first",
            async () => (await import("../commands/record/notify-channels.ts")).addCommand,
            { 0: "added, shown, or not wanted", 2: "not valid" },
          ),
          remove: command(
            "take a channel out; shows the change first",
            async () => (await import("../commands/record/notify-channels.ts")).removeCommand,
            { 0: "removed, shown, or not wanted", 2: "there is none, or the file is wrong" },
          ),
          test: command(
            "send a test to a channel, and say what came back",
            async () => (await import("../commands/record/notify.ts")).testCommand,
            { 0: "taken", 1: "not taken", 2: "could not try" },
          ),
          status: command(
            "how each channel stands",
            async () => (await import("../commands/record/notify.ts")).statusCommand,
            {
              0: "all is well",
              1: "a channel takes nothing, dead letters, or answers that nobody carried out",
              2: "a file is wrong",
            },
          ),
          send: command(
            "send a notice of your own, or dead letters again",
            async () => (await import("../commands/record/notify.ts")).sendCommand,
            {
              0: "sent, or left to the daemon",
              1: "a channel does not take it now",
              2: "not sent",
            },
          ),
          receive: command(
            "take signed answers on this machine, until interrupted",
            async () => (await import("../commands/record/notify-receive.ts")).receiveCommand,
          ),
        },
      ),
    ),
    export: common(
      group(
        "deliver the record to other systems, and see how that stands",
        `Deliver the record of decisions to other systems.

  sallyport export list                 where it goes
  sallyport export status               delivered, waiting, dead letters
  sallyport export test splunk          does a target take an event?`,
        {
          list: command(
            "the targets of exports.yaml",
            async () => (await import("../commands/record/export.ts")).listCommand,
            { 0: "listed", 2: "the file is wrong" },
          ),
          status: command(
            "how each delivery stands",
            async () => (await import("../commands/record/export.ts")).statusCommand,
            {
              0: "all is delivered",
              1: "dead letters, or entries that waited for more than an hour",
              2: "a file is wrong",
            },
          ),
          test: command(
            "send one made-up event to a target",
            async () => (await import("../commands/record/export.ts")).testCommand,
            { 0: "taken", 1: "not taken", 2: "could not try" },
          ),
          resume: command(
            "try a target again at once",
            async () => (await import("../commands/record/export.ts")).resumeCommand,
          ),
        },
      ),
    ),
    telemetry: group(
      "what the client's own telemetry told, and whether it fits the record",
      `The client's own telemetry, as the daemon takes it.

  sallyport telemetry status`,
      {
        status: command(
          "where telemetry goes, what came in, and whether it fits the record",
          async () => (await import("../commands/record/telemetry.ts")).statusCommand,
          { 0: "nothing was off", 1: "something did not fit the record" },
        ),
      },
    ),
  },
};
