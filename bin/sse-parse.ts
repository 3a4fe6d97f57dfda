#!/usr/bin/env node
import { main } from '../src/cli/main.js'
import { sseParse } from '../src/programs/sse-parse.js'

void main(sseParse)
