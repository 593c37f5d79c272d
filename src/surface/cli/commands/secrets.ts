// `sallyport secrets`: secrets where they belong, given to one program, never written and never printed by accident.
import { defineCommand } from "citty";

/** `sallyport secrets`. Each of its commands is loaded only when it is asked for. */
export const secretsCommand = defineCommand({
  meta: {
    name: "secrets",
    description: `secrets of keychains and secret managers, by references such as \`vault:secret/app#api-key\`

  sallyport secrets exec --env API_KEY=keychain:app/api -- npm test    give one to one program
  sallyport secrets get keychain:anthropic/key                         print one, for \`apiKeyHelper\`
  sallyport secrets doctor                                             what works here, and what is due`,
  },
  subCommands: {
    get: async () => (await import("./secrets-get.ts")).getCommand,
    exec: async () => (await import("./secrets-exec.ts")).execCommand,
    list: async () => (await import("./secrets-list.ts")).listCommand,
    rotate: async () => (await import("./secrets-rotate.ts")).rotateCommand,
    doctor: async () => (await import("./secrets-doctor.ts")).doctorCommand,
  },
});
