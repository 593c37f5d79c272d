// Names that stand for a glob of which a policy excepts some: a refusal of the client has no exceptions, and no set of characters.

const DIRECTORIES = ["<project>", "<project>/certs", "<project>/keys", "<project>/ssl"];
const KEY_DIRECTORIES = [...DIRECTORIES, "<project>/tls", "~", "~/.ssh"];

/** By glob. INVARIANT: each name is one that the glob means; test/govern/compile/client-refusals.test.ts asks it. */
export const NARROWER: Readonly<Record<string, readonly string[]>> = {
  ".env.*": [
    ...[".env.local", ".env.development", ".env.production", ".env.staging", ".env.test"],
    ...[".env.dev", ".env.prod", ".env.stage", ".env.ci", ".env.docker", ".env.secret"],
    ...[".env.*.local", ".env.bak", ".env.backup", ".env.old", ".env.*.js"],
    // Endings by which a tool of the client looks into a file before any hook is asked.
    ...["js", "cjs", "mjs", "ts", "json", "yaml", "yml", "toml", "md", "txt", "ipynb", "png"].map(
      (ending) => `.env.${ending}`,
    ),
  ],
  "*.pem": KEY_DIRECTORIES.map((directory) => `${directory}/*.pem`),
  "*.key": KEY_DIRECTORIES.map((directory) => `${directory}/*.key`),
  ".npmrc": ["~/.npmrc"],
  "~/.ssh/**": [
    ...["~/.ssh/config", "~/.ssh/*_rsa", "~/.ssh/*_dsa", "~/.ssh/*_ecdsa", "~/.ssh/*_ed25519"],
    ...["~/.ssh/*_sk", "~/.ssh/*_key"],
  ],
  "~/.cargo/credentials*": ["~/.cargo/credentials", "~/.cargo/credentials.toml"],
  "~/.terraform.d/credentials*": ["~/.terraform.d/credentials.tfrc.json"],
  "~/.mozilla/**/cookies.sqlite*": ["~/.mozilla/**/cookies.sqlite"],
  "~/.thunderbird/**/cookies.sqlite*": ["~/.thunderbird/**/cookies.sqlite"],
  ".vault_pass*": [".vault_pass", ".vault_pass.txt"],
  ".ansible-vault-pass*": [".ansible-vault-pass"],
  "~/.authinfo*": ["~/.authinfo", "~/.authinfo.gpg"],
};
