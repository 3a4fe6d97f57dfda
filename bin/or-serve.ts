#!/usr/bin/env node
import { main } from '../src/cli/main.js'
import { orServe } from '../src/programs/or-serve.js'

void main(orServe)
