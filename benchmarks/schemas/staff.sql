-- A staff directory that uses what generators stumble over: self-references, circles of references, composite keys, and
-- conditions within and across columns.
CREATE TABLE departments (
  id INTEGER PRIMARY KEY,
  name VARCHAR(40) NOT NULL UNIQUE,
  budget NUMERIC(12,2) CHECK (budget > 0),
  manager_id INTEGER REFERENCES employees(id)
);
CREATE TABLE employees (
  id INTEGER PRIMARY KEY,
  first_name VARCHAR(30) NOT NULL,
  last_name VARCHAR(30) NOT NULL,
  email VARCHAR(60) NOT NULL UNIQUE CHECK (email LIKE '%@%'),
  department_id INTEGER NOT NULL REFERENCES departments(id),
  boss_id INTEGER REFERENCES employees(id) CHECK (boss_id <> id),
  grade CHAR(1) NOT NULL CHECK (grade IN ('A','B','C','D')),
  salary NUMERIC(10,2) NOT NULL CHECK (salary BETWEEN 20000 AND 250000),
  bonus NUMERIC(10,2) CHECK (bonus >= 0 AND bonus <= salary * 0.5),
  hired DATE NOT NULL CHECK (hired >= '2000-01-01'),
  left_on DATE CHECK (left_on > hired),
  rating INTEGER DEFAULT 3 CHECK (rating BETWEEN 1 AND 5),
  total NUMERIC(12,2) GENERATED ALWAYS AS (salary + bonus) STORED
);
CREATE TABLE projects (
  code CHAR(8) PRIMARY KEY CHECK (code LIKE 'PRJ-____'),
  title VARCHAR(80) NOT NULL,
  starts DATE NOT NULL, ends DATE, CHECK (ends IS NULL OR ends >= starts),
  status VARCHAR(10) NOT NULL DEFAULT 'planned' CHECK (status IN ('planned','running','done')),
  CHECK (status <> 'done' OR ends IS NOT NULL)
);
CREATE TABLE assignments (
  employee_id INTEGER NOT NULL REFERENCES employees(id),
  project_code CHAR(8) NOT NULL REFERENCES projects(code),
  hours NUMERIC(6,1) NOT NULL CHECK (hours > 0 AND hours <= 2000),
  role VARCHAR(20),
  PRIMARY KEY (employee_id, project_code)
);
