// The environment of git for repositories that a test makes: the person's own settings (signing, hooks, names) say nothing about them.
import process from "node:process";

/** Ours, without the settings of git of whoever runs the tests. */
export const PLAIN_GIT: NodeJS.ProcessEnv = {
  ...process.env,
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_NOSYSTEM: "1",
};
