import { type Operand, type Path, type Step, type Template, TemplateFault, type Test } from './template.ts';

/** More than any report holds, and little enough to end soon. */
const mostValues = 2_000_000;

interface Budget {
  left: number;
}

/** What the template says of a value; what the value lacks says nothing. Throws TemplateFault where it finds no end. */
export function printTemplate(template: Template, value: unknown): string {
  return print(template, value, { left: mostValues });
}

/** The values at a path, in order. Throws TemplateFault where there is no end of them. */
export function valuesAt(path: Path, value: unknown): readonly unknown[] {
  return follow(path, value, { left: mostValues });
}

/** As kubectl prints it: text as it is, anything else as JSON. */
export function printValue(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}

function print(template: Template, value: unknown, budget: Budget): string {
  return template
    .map((part) => {
      switch (part.type) {
        case 'text':
          return part.text;
        case 'value':
          return follow(part.path, value, budget).map(printValue).join(' ');
        case 'range':
          return follow(part.path, value, budget)
            .map((each) => print(part.body, each, budget))
            .join('');
      }
    })
    .join('');
}

function follow(path: Path, value: unknown, budget: Budget): readonly unknown[] {
  return path.reduce<readonly unknown[]>((values, step) => values.flatMap((each) => take(step, each, budget)), [value]);
}

function take(step: Step, value: unknown, budget: Budget): readonly unknown[] {
  const found = taken(step, value, budget);
  budget.left -= found.length + 1;
  if (budget.left < 0) throw new TemplateFault('selects more than can be printed');
  return found;
}

function taken(step: Step, value: unknown, budget: Budget): readonly unknown[] {
  switch (step.type) {
    case 'field':
      return isRecord(value) && Object.hasOwn(value, step.name) ? [value[step.name]] : [];
    case 'wildcard':
      return childrenOf(value);
    case 'recursive':
      return [value, ...childrenOf(value).flatMap((child) => take(step, child, budget))];
    case 'index': {
      const at = Array.isArray(value) && step.at < 0 ? value.length + step.at : step.at;
      return Array.isArray(value) && at >= 0 && at < value.length ? [value[at]] : [];
    }
    case 'slice':
      return Array.isArray(value) ? slice(value, step) : [];
    case 'union':
      return step.paths.flatMap((path) => follow(path, value, budget));
    case 'filter':
      return childrenOf(value).filter((child) => holds(step.left, step.test, child, budget));
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function childrenOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return isRecord(value) ? Object.values(value) : [];
}

function slice(list: readonly unknown[], { from, to, step }: Extract<Step, { type: 'slice' }>): readonly unknown[] {
  if (step < 1) return [];
  return list.slice(from ?? 0, to ?? list.length).filter((_, index) => index % step === 0);
}

function holds(left: Operand, test: Test, value: unknown, budget: Budget): boolean {
  const found = resolve(left, value, budget);
  if (test.operator === 'exists') return found.length > 0;
  const [one] = found;
  const [other] = resolve(test.right, value, budget);
  return one !== undefined && other !== undefined && compare(one, other, test.operator);
}

function resolve(operand: Operand, value: unknown, budget: Budget): readonly unknown[] {
  return operand.type === 'literal' ? [operand.value] : follow(operand.path, value, budget);
}

function compare(left: unknown, right: unknown, operator: Exclude<Test['operator'], 'exists'>): boolean {
  if (operator === '==') return left === right;
  if (operator === '!=') return left !== right;
  // What cannot be put in order is in none.
  if (typeof left !== typeof right || (typeof left !== 'number' && typeof left !== 'string')) return false;
  const order = left < (right as typeof left) ? -1 : left === right ? 0 : 1;
  if (operator.startsWith('<')) return order < 0 || (operator === '<=' && order === 0);
  return order > 0 || (operator === '>=' && order === 0);
}
