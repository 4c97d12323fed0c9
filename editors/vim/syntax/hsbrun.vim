" Vim syntax file for hsbrun runbooks.
" Made of src/syntax/keywords.rs by src/syntax/vim.rs: change those, then UPDATE_EXPECT=1 cargo test.

if exists('b:current_syntax')
  finish
endif
let s:cpo_save = &cpo
set cpo&vim

syn case match
syn iskeyword @,48-57,_
syn sync minlines=1

syn keyword hsbrunItem language runbook library source use server param require step procedure
syn keyword hsbrunStatement admin sql start install run watchdog notify confirm point assert wait ensure on if choose do retry stop leave back
syn keyword hsbrunClause else unknown from by fail within with in at after because
syn keyword hsbrunCondition and or is refused
syn keyword hsbrunFixed success failure this

syn match hsbrunFixed /\%(\<wait\s\+\)\@<=until\>/
syn match hsbrunFixed /\%(\<point\s\+\)\@<=of\>/
syn match hsbrunFixed /\%(\<point\s\+\<of\s\+\)\@<=no\>/
syn match hsbrunFixed /\%(\<point\s\+\<of\s\+\<no\s\+\)\@<=return\>/
syn match hsbrunFixed /\%(\<in\s\+\)\@<=doubt\>/
syn match hsbrunFixed /\%(\<in\s\+\<doubt\s\+\)\@<=repeat\>/
syn match hsbrunFixed /\%(\<in\s\+\<doubt\s\+\)\@<=ask\>/
syn match hsbrunFixed /\%(\<at\s\+\)\@<=most\>/
syn match hsbrunFixed /\%(\<at\s\+\<most\s\+\d\+\s\+\)\@<=times\>/
syn match hsbrunFixed /\%(\<at\s\+\<most\s\+\d\+\s\+\)\@<=time\>/
syn match hsbrunFixed /\%(\<watchdog\s\+\)\@<=off\>/
syn match hsbrunFixed /\%(\<install\s\+\)\@<=previous\>/
syn match hsbrunFixed /\%(\<back\s\+\)\@<=out\>/
syn match hsbrunFixed /\%(\<this\s\+\<step\s\+\)\@<=fails\>/
syn match hsbrunFixed /\%(:\s*\)\@<=any\>/
syn match hsbrunFixed /\%(->\s*\)\@<=any\>/

syn keyword hsbrunState PRIMARY SECONDARY ACTIVE ALONE UNCERTAIN STANDALONE OFFLINE DOWN SERVING CONNECTED CONNECTING CATCHUP DISCONNECTING BROKEN SUCCESS ERROR NOT NONE CONNECT DISCONNECT COPY SWITCH ON OFF BEGUN
syn match hsbrunType /\%(:\s*\)\@<=\%(duration\|size\|text\|version\)\>/
syn match hsbrunProbe /\.\@1<=\%(link\|copy\|switch\|catchup\|activity\|position\|version\|log_space\|disk_space\|answers\)\>/
syn match hsbrunNumber /\<\d\+\%(\.\d\+\)*\>/
syn match hsbrunNumber /\<\d\+\%(ms\|s\|m\|h\|d\)\>/
syn match hsbrunNumber /\<\d\+ *\%(KiB\|MiB\|GiB\|TiB\)\>/

syn match hsbrunComment /#.*$/ contains=hsbrunAllow,@Spell
syn match hsbrunDoc /^\%(\%uFEFF\)\?#!.*$/ contains=@Spell
syn match hsbrunAllow /hsbrun: allow([^)]*) because/ contained
syn match hsbrunEscape /\\["\\]\|{{\|}}/ contained
syn match hsbrunHole /{\a\w*}/ contained
syn region hsbrunText start=/"/ skip=/\\["\\]/ end=/"/ oneline contains=hsbrunEscape,hsbrunHole,@Spell
syn match hsbrunQuote /''/ contained
syn region hsbrunLiteral start=/'/ skip=/''/ end=/'/ oneline contains=hsbrunQuote
syn match hsbrunOperator /<=\|>=\|->\|[<>=|]/

hi def link hsbrunItem Structure
hi def link hsbrunStatement Statement
hi def link hsbrunClause Keyword
hi def link hsbrunCondition Conditional
hi def link hsbrunFixed Keyword
hi def link hsbrunState Constant
hi def link hsbrunType Type
hi def link hsbrunProbe Identifier
hi def link hsbrunNumber Number
hi def link hsbrunComment Comment
hi def link hsbrunDoc SpecialComment
hi def link hsbrunAllow Todo
hi def link hsbrunEscape SpecialChar
hi def link hsbrunHole Identifier
hi def link hsbrunText String
hi def link hsbrunLiteral Special
hi def link hsbrunOperator Operator
hi def link hsbrunQuote SpecialChar

let b:current_syntax = 'hsbrun'
let &cpo = s:cpo_save
unlet s:cpo_save
