import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

const root = path.join(__dirname, '../..');

/** The folders of `views/`, and the modules whose `Templates` type names the locals of each template. */
const surfaces = {
  inbox: 'embedded/inbox/inbox-page.ts',
  internal: 'internal-server/pages/layout/views.ts',
  public: 'public-server/views.ts',
};

/**
 * Turns a template into TypeScript, line by line: code stays, expressions must be printable, and
 * `include` takes the locals of the template that it names. No local may be used but `locals`.
 */
export function toTypeScript(template: string, name: string, locals: string[], types: string) {
  const header = [
    `import type { Templates } from ${JSON.stringify(types.replace(/\.ts$/, ''))};`,
    'declare function print(value: string | number): void;',
    'declare function include<Name extends keyof Templates & string>(',
    '  name: `/${Name}`, locals: Templates[Name]): string;',
    `declare const locals: Templates[${JSON.stringify(name)}];`,
    `const { ${locals.join(', ')} } = locals;`,
  ].join(' ');
  const parts = template.split(/<%([=#-]?)(.*?)%>/s); // text, kind, code, text, kind, …
  const code = parts.map((part, i) => {
    const kind = i % 3 === 2 ? parts[i - 1] : '#';
    if (i % 3 === 1) return '';
    if (kind === '#') return part.replace(/[^\n]/g, ''); // a text or a comment: its lines alone
    return kind === '' ? part : `print(${part});`;
  });
  return `${header} ${code.join('')}`;
}

/** What is wrong with the templates, a line for each; `read` returns the text of a template. */
export function checkTemplates(read = (file: string) => readFileSync(file, 'utf8')): string[] {
  const config = ts.readConfigFile(path.join(root, 'tsconfig.json'), (file) =>
    readFileSync(file, 'utf8'),
  );
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, root);
  const typeFiles = Object.values(surfaces).map((file) => path.join(root, file));
  const types = ts.createProgram(typeFiles, options);
  const problems: string[] = [];
  const generated = new Map<string, string>();

  for (const [surface, typeFile] of Object.entries(surfaces)) {
    const folder = path.join(root, 'views', surface);
    const locals = localsOfTemplates(types, path.join(root, typeFile));
    const found = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ejs'))
      .map((file) => file.slice(0, -'.ejs'.length));
    for (const name of locals.keys()) {
      if (!found.includes(name)) problems.push(`${typeFile}: there is no template ${name}`);
    }
    for (const name of found) {
      const file = path.join(folder, `${name}.ejs`);
      const names = locals.get(name);
      if (!names) problems.push(`${typeFile}: Templates does not have ${name}`);
      else {
        const source = toTypeScript(read(file), name, names, path.join(root, typeFile));
        generated.set(`${file}.ts`, source);
      }
    }
  }
  return [...problems, ...diagnose(generated, options, types)];
}

/** By template; EJS throws for a local that is not passed, so that none may be optional. */
function localsOfTemplates(program: ts.Program, file: string): Map<string, string[]> {
  const checker = program.getTypeChecker();
  const module = checker.getSymbolAtLocation(program.getSourceFile(file)!)!;
  const templates = checker.getExportsOfModule(module).find(({ name }) => name === 'Templates')!;
  const properties = checker.getDeclaredTypeOfSymbol(templates).getProperties();
  return new Map(
    properties.map((template) => {
      const locals = checker.getTypeOfSymbol(template).getProperties();
      const required = locals.filter(({ flags }) => !(flags & ts.SymbolFlags.Optional));
      return [template.name, required.map(({ name }) => name)];
    }),
  );
}

function diagnose(
  generated: Map<string, string>,
  options: ts.CompilerOptions,
  oldProgram: ts.Program,
): string[] {
  const files = ts.createCompilerHost(options);
  const host: ts.CompilerHost = {
    ...files,
    getSourceFile(file, languageVersion, ...rest) {
      const text = generated.get(file);
      if (text === undefined) return files.getSourceFile(file, languageVersion, ...rest);
      return ts.createSourceFile(file, text, languageVersion, true);
    },
  };
  const program = ts.createProgram([...generated.keys()], options, host, oldProgram);
  return [...generated.keys()].flatMap((file) => {
    const source = program.getSourceFile(file)!;
    return ts.getPreEmitDiagnostics(program, source).map(({ start = 0, messageText }) => {
      const line = source.getLineAndCharacterOfPosition(start).line + 1;
      const template = path.relative(root, file.slice(0, -'.ts'.length));
      return `${template}(${line}): ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
    });
  });
}

if (require.main === module) {
  const problems = checkTemplates();
  for (const problem of problems) console.error(problem);
  process.exitCode = problems.length > 0 ? 1 : 0;
}
