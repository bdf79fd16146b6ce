// Scale each slide to the window, turn slides by keys, and keep the number in the address.

const slides = [...document.querySelectorAll('.slide')]
const WIDTH = 1280, HEIGHT = 720, ACROSS = 1160, ROOM = 630  // px of a slide; of what is in it
const SMALLEST = 0.6  // what would become smaller scrolls

// How far to the right its content goes, in px.
function reach(content) {
    const edge = one => one.getBoundingClientRect().right
    const wide = [content, ...content.querySelectorAll('table, pre, img')]
    return Math.max(...wide.map(edge)) - content.getBoundingClientRect().left
}

function fit(screen, smallest) {
    for (const slide of slides) {
        const content = slide.querySelector('.content')
        content.style.zoom = 1
        content.style.width = `${ACROSS}px`
        const wide = reach(content)  // a table may be wider than its place
        content.style.width = `${wide}px`
        const down = Math.max(ROOM / content.scrollHeight, smallest)
        content.style.zoom = Math.min(1, ACROSS / wide, down) * screen
    }
}

const current = () => slides.findIndex(one => one.getBoundingClientRect().bottom > innerHeight / 2)

function show(number) {
    const slide = slides[Math.min(Math.max(number, 0), slides.length - 1)]
    slide.scrollIntoView()
    slide.focus({preventScroll: true})
    history.replaceState(null, '', `#${slide.id}`)
}

const STEPS = {ArrowRight: 1, PageDown: 1, ArrowDown: 1, ' ': 1, ArrowLeft: -1, PageUp: -1, ArrowUp: -1}

addEventListener('keydown', event => {
    if (event.ctrlKey || event.altKey || event.metaKey) return
    const slide = slides[current()]
    if (/^Arrow(Up|Down)$/.test(event.key) && slide.scrollHeight > slide.clientHeight + 1) return
    const ends = {Home: 0, End: slides.length - 1}
    const step = event.key === ' ' && event.shiftKey ? -1 : STEPS[event.key]
    const next = ends[event.key] ?? (step && current() + step)
    if (next === undefined) return
    event.preventDefault()
    show(next)
})

function refit(number) {
    fit(Math.min(innerWidth / WIDTH, innerHeight / HEIGHT), SMALLEST)
    show(number)
}

addEventListener('resize', () => refit(current()))
addEventListener('beforeprint', () => fit(1, 0))
addEventListener('afterprint', () => refit(current()))
addEventListener('load', () => refit(slides.findIndex(one => `#${one.id}` === location.hash)))
