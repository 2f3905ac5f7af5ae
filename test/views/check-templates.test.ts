import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { checkTemplates, toTypeScript } from './check-templates';

const mistakes = [
  {
    title: 'a local that the view does not have',
    template: 'views/internal/leads/list.ejs',
    text: '<%= total %>',
    instead: '<%= sum %>',
    problem: "(34): Cannot find name 'sum'.",
  },
  {
    title: 'a property that a local does not have',
    template: 'views/public/thank-you.ejs',
    text: 'firm.replyTime',
    instead: 'firm.replyDays',
    problem: "Property 'replyDays' does not exist on type",
  },
  {
    title: 'a value that cannot be printed',
    template: 'views/inbox/email.ejs',
    text: 'email.received.iso',
    instead: 'email.received',
    problem: "is not assignable to parameter of type 'string | number'.",
  },
  {
    title: 'an include without a local that the partial needs',
    template: 'views/internal/accounts/own.ejs',
    text: "include('/partials/tokens', { tokens })",
    instead: "include('/partials/tokens', {})",
    problem: "Property 'tokens' is missing",
  },
  {
    title: 'an include of a template that does not exist',
    template: 'views/internal/accounts/list.ejs',
    text: "include('/partials/tokens'",
    instead: "include('/partials/token'",
    problem: 'Argument of type \'"/partials/token"\' is not assignable',
  },
];

describe('checkTemplates', function () {
  this.timeout(120_000); // it loads TypeScript and every type that the views use
  let problems: string[];

  before(() => {
    problems = checkTemplates((file) => {
      const original = readFileSync(file, 'utf8');
      const mistake = mistakes.find(({ template }) => file.endsWith(path.normalize(template)));
      if (!mistake) return original;
      expect(original).to.include(mistake.text);
      return original.replace(mistake.text, mistake.instead);
    });
  });

  for (const { title, template, problem } of mistakes) {
    it(`finds ${title}`, () => {
      const found = problems.filter((each) => each.startsWith(template));
      expect(found).to.have.length(1);
      expect(found[0]).to.include(problem);
    });
  }

  it('finds nothing else', () => {
    expect(problems).to.have.length(mistakes.length);
  });
});

describe('toTypeScript', () => {
  it('keeps the lines of the template', () => {
    const template = '<p>\n<%# a note\n %><% if (a) { %>\n  <%= b %>\n<% } %>\n';
    const lines = toTypeScript(template, 'x', ['a', 'b'], '/views.ts').split('\n');
    expect(lines.slice(1)).to.deep.equal(['', ' if (a) { ', 'print( b );', ' } ', '']);
  });
});
