// systemd-cat: what a program prints goes to the journal.
import { flag, valued } from "../command-model.ts";
import { wrapper } from "../wrapper.ts";

export const systemdCat = wrapper("systemd-cat", {
  version: flag("-h"),
  named: valued(
    "-t",
    "-p",
    "--identifier",
    "--priority",
    "--stderr-priority",
    "--level-prefix",
    "--namespace",
  ),
});
