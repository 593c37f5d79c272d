// Commands about people's data and about secrets.
import { command, common, group, type Section } from "../command-line/entry.ts";

export const privacySection: Section = {
  title: "privacy",
  commands: {
    privacy: common(
      group(
        "what is kept of a person, handed over or erased; what the client keeps",
        `what is kept of a person, in the log and around it

  sallyport privacy inventory                      memory, transcripts and caches, with sizes, ages and encryption
  sallyport privacy export ada --out ada.json      everything that is kept of one person
  sallyport privacy erase ada                      what an erasure would do; with --yes, does it
  sallyport privacy requests                       what other systems were sent of people who were erased
  sallyport privacy case list                      requests of people, with their deadlines
  sallyport privacy processors                     who else gets data, by which contract
  sallyport privacy calendar                       what is due on which day
  sallyport privacy verify CERTIFICATE             checks what an erasure left as its proof`,
        {
          inventory: command(
            "what the client keeps here, and who may read it",
            async () => (await import("../commands/privacy/privacy-inventory.ts")).inventoryCommand,
            { 0: "all is for its owner alone", 1: "others may read some of it" },
          ),
          export: command(
            "everything that is kept of one person",
            async () => (await import("../commands/privacy/privacy-export.ts")).exportCommand,
          ),
          erase: command(
            "erase what is kept of a person; shown first",
            async () => (await import("../commands/privacy/privacy-erase.ts")).eraseCommand,
            {
              0: "done, or shown",
              1: "done, with something left that cannot be reached; or the word was not typed",
              2: "cannot be done",
            },
          ),
          requests: command(
            "what other systems were sent of people who were erased",
            async () => (await import("../commands/privacy/privacy-requests.ts")).requestsCommand,
            {
              0: "nothing is outstanding",
              1: "something is, or the word was not typed",
              2: "cannot be done",
            },
          ),
          case: group(
            "requests of people about their data, with their deadlines",
            `requests of people about their data: received, identity checked, searched, answered within 30 days

  sallyport privacy case open --right access --reference TICKET-4711
  sallyport privacy case step 3f2a identity
  sallyport privacy case list`,
            {
              open: command(
                "enter a request that came in",
                async () => (await import("../commands/privacy/privacy-case.ts")).openCommand,
                { 0: "entered", 1: "the word was not typed", 2: "cannot be done" },
              ),
              step: command(
                "enter what was done about a request",
                async () => (await import("../commands/privacy/privacy-case.ts")).stepCommand,
                { 0: "entered", 1: "the word was not typed", 2: "cannot be done" },
              ),
              list: command(
                "requests with their state, next step and day",
                async () => (await import("../commands/privacy/privacy-case.ts")).listCommand,
                { 0: "none is overdue", 1: "one is overdue", 2: "could not look" },
              ),
            },
          ),
          processors: command(
            "who else gets data, by which contract",
            async () => (await import("../commands/privacy/privacy-register.ts")).processorsCommand,
            { 0: "all have a contract in force", 1: "one has none", 2: "could not look" },
          ),
          processing: command(
            "the record of processing, as this machine can tell it",
            async () => (await import("../commands/privacy/privacy-register.ts")).processingCommand,
          ),
          calendar: command(
            "what is due on which day",
            async () => (await import("../commands/privacy/privacy-register.ts")).calendarCommand,
            { 0: "nothing is late", 1: "something is late", 2: "could not look" },
          ),
          memory: command(
            "whether what the client remembers holds personal data",
            async () => (await import("../commands/privacy/privacy-register.ts")).memoryCommand,
            { 0: "nothing found", 1: "something found", 2: "could not look" },
          ),
          verify: command(
            "check what an erasure left as its proof",
            async () => (await import("../commands/privacy/privacy-verify.ts")).verifyCommand,
            { 0: "it holds", 1: "it does not", 2: "cannot be checked" },
          ),
        },
      ),
    ),
    secrets: common(
      group(
        "secrets by reference: from keychains and secret managers to one program",
        `secrets of keychains and secret managers, by references such as \`vault:secret/app#api-key\`

  sallyport secrets exec --env API_KEY=keychain:app/api -- npm test    give one to one program
  sallyport secrets get keychain:anthropic/key                         print one, for \`apiKeyHelper\`
  sallyport secrets grant API_KEY=keychain:app/api --to api.example.com --reason "orders"   calls use it there, and never see it
  sallyport secrets unused                                             logins on this machine that no session needed
  sallyport secrets doctor                                             what works here, and what is due`,
        {
          exec: command(
            "run one program with secrets in its environment",
            async () => (await import("../commands/privacy/secrets-exec.ts")).execCommand,
            {
              0: "the program's own exit code, whatever it is",
              2: "a secret cannot be had, and nothing was started",
            },
          ),
          grant: command(
            "give a secret to one host for a while, for calls that never see it; typed at a terminal",
            async () => (await import("../commands/privacy/secrets-grant.ts")).grantCommand,
            { 0: "given", 1: "the word was not typed", 2: "cannot be done" },
          ),
          grants: command(
            "the secrets that were given to hosts, until when",
            async () => (await import("../commands/privacy/secrets-grant.ts")).grantsCommand,
          ),
          revoke: command(
            "take back that a secret was given to a host; typed at a terminal",
            async () => (await import("../commands/privacy/secrets-grant.ts")).revokeCommand,
            { 0: "taken back", 1: "the word was not typed", 2: "there is none of this id" },
          ),
          get: command(
            "print one secret",
            async () => (await import("../commands/privacy/secrets-get.ts")).getCommand,
            { 0: "printed", 2: "cannot be had" },
          ),
          list: command(
            "the secrets of a place or file, without a value",
            async () => (await import("../commands/privacy/secrets-list.ts")).listCommand,
            { 0: "none is due", 1: "some are", 2: "cannot be looked at" },
          ),
          rotate: command(
            "put a new value in a secret's place",
            async () => (await import("../commands/privacy/secrets-rotate.ts")).rotateCommand,
            { 0: "replaced", 2: "cannot be done" },
          ),
          unused: command(
            "credentials on this machine that no session needed",
            async () => (await import("../commands/privacy/secrets-use.ts")).unusedCommand,
            { 0: "each was needed", 1: "some were not", 2: "cannot be looked at" },
          ),
          spread: command(
            "how far secrets got: to the model, and which hosts came after",
            async () => (await import("../commands/privacy/secrets-use.ts")).spreadCommand,
          ),
          doctor: command(
            "what works here, and which secrets are due",
            async () => (await import("../commands/privacy/secrets-doctor.ts")).doctorCommand,
            { 0: "all is well", 1: "something is not", 2: "cannot be looked at" },
          ),
        },
      ),
    ),
    raw: group(
      "raw texts of calls, off unless a person approves it",
      `raw commands and inputs of calls, apart from the log: off unless a person approves it, for days

  sallyport raw status
  sallyport raw enable --reason "incident 12" --days 7
  sallyport raw disable`,
      {
        status: command(
          "whether raw texts are kept, by whose approval",
          async () => (await import("../commands/privacy/raw.ts")).statusCommand,
          { 0: "off", 1: "on", 2: "the approval was altered" },
        ),
        enable: command(
          "keep raw texts for some days; typed at a terminal",
          async () => (await import("../commands/privacy/raw.ts")).enableCommand,
          { 0: "on", 1: "the word was not typed", 2: "cannot be done" },
        ),
        disable: command(
          "keep none any more, and remove those that are there",
          async () => (await import("../commands/privacy/raw.ts")).disableCommand,
          { 0: "done", 2: "cannot be done" },
        ),
        read: command(
          "show the raw text of a call; typed at a terminal, on record",
          async () => (await import("../commands/privacy/raw.ts")).readCommand,
          { 0: "shown", 1: "there is none, or the word was not typed", 2: "you may not" },
        ),
      },
    ),
  },
};
