// Runs before anything is drawn: the theme that was chosen, so that no page flashes in the other one.
import { showTheme, storedTheme } from "./core/stored-theme.ts";

showTheme(storedTheme());
