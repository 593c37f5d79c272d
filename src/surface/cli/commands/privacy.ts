// `sallyport privacy`: what is kept of a person, handed over or erased; and where the client keeps what.
import { defineCommand } from "citty";

/** `sallyport privacy`. Each of its commands is loaded only when it is asked for. */
export const privacyCommand = defineCommand({
  meta: {
    name: "privacy",
    description: `what is kept of a person, in the log and around it

  sallyport privacy inventory                      memory, transcripts and caches, with sizes, ages and encryption
  sallyport privacy export ada --out ada.json      everything that is kept of one person
  sallyport privacy erase ada                      what an erasure would do; with --yes, does it
  sallyport privacy requests                       what other systems were sent of people who were erased
  sallyport privacy verify CERTIFICATE             checks what an erasure left as its proof`,
  },
  subCommands: {
    erase: async () => (await import("./privacy-erase.ts")).eraseCommand,
    requests: async () => (await import("./privacy-requests.ts")).requestsCommand,
    verify: async () => (await import("./privacy-verify.ts")).verifyCommand,
    export: async () => (await import("./privacy-export.ts")).exportCommand,
    inventory: async () => (await import("./privacy-inventory.ts")).inventoryCommand,
  },
});
