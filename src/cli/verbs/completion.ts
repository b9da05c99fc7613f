// magos completion: scripts for shells, written from the verbs themselves.
import { Argument, Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import type { System } from "../../core/ports/system.ts";

/** What can be typed after a verb. */
interface VerbWords {
  readonly verb: string;
  readonly description: string;
  readonly words: readonly string[];
}

/** The verb. */
export function completionVerb(system: System, program: CommandUnknownOpts): CommandUnknownOpts {
  return new Command("completion")
    .description("print a completion script for a shell")
    .addArgument(new Argument("<shell>").choices(["bash", "zsh", "fish"] as const))
    .addHelpText(
      "after",
      "\nExamples:\n  magos completion bash > /etc/bash_completion.d/magos\n  magos completion zsh > ~/.zfunc/_magos\n" +
        "  magos completion fish > ~/.config/fish/completions/magos.fish\n",
    )
    .action((shell) => {
      const verbs = program.commands.map(wordsOf);
      const globals = optionsOf(program);
      const script = { bash: bashScript, zsh: zshScript, fish: fishScript }[shell];
      system.stdout.write(script(verbs, globals));
    });
}

function wordsOf(command: CommandUnknownOpts): VerbWords {
  const choices = command.registeredArguments.flatMap((argument) => argument.argChoices ?? []);
  const parts = command.commands.flatMap((part) => [part.name(), ...optionsOf(part)]);
  const words = new Set([...parts, ...choices, ...optionsOf(command)]);
  return { verb: command.name(), description: command.description(), words: [...words] };
}

function optionsOf(command: CommandUnknownOpts): readonly string[] {
  return [...command.options.flatMap((option) => option.long ?? []), "--help"];
}

function bashScript(verbs: readonly VerbWords[], globals: readonly string[]): string {
  const cases = verbs.map(({ verb, words }) => `    ${verb}) words="${words.join(" ")}" ;;`).join("\n");
  return `# bash completion for magos
_magos() {
  local current="\${COMP_WORDS[COMP_CWORD]}" verb="" word words
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) ;; *) verb="$word"; break ;; esac
  done
  case "$verb" in
${cases}
    *) words="${verbs.map(({ verb }) => verb).join(" ")}" ;;
  esac
  COMPREPLY=($(compgen -W "$words ${globals.join(" ")}" -- "$current"))
}
complete -o default -F _magos magos
`;
}

function zshScript(verbs: readonly VerbWords[], globals: readonly string[]): string {
  const described = verbs.map(({ verb, description }) => `    '${verb}:${quoted(description)}'`).join("\n");
  const cases = verbs.map(({ verb, words }) => `    ${verb}) compadd -- ${words.join(" ")} ;;`).join("\n");
  return `#compdef magos
_magos() {
  local -a verbs
  verbs=(
${described}
  )
  if (( CURRENT == 2 )); then
    _describe 'verb' verbs
    return
  fi
  case "$words[2]" in
${cases}
  esac
  compadd -- ${globals.join(" ")}
  _files
}
if [ "$funcstack[1]" = "_magos" ]; then _magos "$@"; else compdef _magos magos; fi
`;
}

function fishScript(verbs: readonly VerbWords[], globals: readonly string[]): string {
  const lines = verbs.flatMap(({ verb, description, words }) => [
    `complete -c magos -n __fish_use_subcommand -f -a ${verb} -d '${quoted(description)}'`,
    ...words.map((word) =>
      word.startsWith("--")
        ? `complete -c magos -n '__fish_seen_subcommand_from ${verb}' -l ${word.slice(2)}`
        : `complete -c magos -n '__fish_seen_subcommand_from ${verb}' -f -a ${word}`
    ),
  ]);
  return [
    "# fish completion for magos",
    ...lines,
    ...globals.map((word) => `complete -c magos -l ${word.slice(2)}`),
    "",
  ]
    .join("\n");
}

function quoted(text: string): string {
  return text.replaceAll("'", "");
}
