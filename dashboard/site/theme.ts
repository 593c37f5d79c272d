// Runs before a page of the documentation is drawn: the theme that was chosen, so that no page flashes in the other one.
import { showTheme, storedTheme } from "../src/core/stored-theme.ts";

showTheme(storedTheme());
document.documentElement.classList.add("has-script");
