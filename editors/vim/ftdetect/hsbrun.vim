autocmd BufRead,BufNewFile *.hsbrun setfiletype hsbrun
